"""Commands of the command line, a file each, beside those that `cli.py` holds."""
