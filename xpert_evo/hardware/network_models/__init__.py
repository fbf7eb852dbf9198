"""How layers are put on chips: one file a network model."""
