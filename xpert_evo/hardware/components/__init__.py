"""One circuit a file; sizes come in, areas (m2), delays (s), energies (J) and leakage (W) go out."""
