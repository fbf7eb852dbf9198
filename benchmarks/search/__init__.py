"""Search algorithms compared at equal budgets; `python -m benchmarks.search --help`."""
