"""`python -m xpert_evo`."""

from xpert_evo.cli.main import main

if __name__ == "__main__":
    main()
