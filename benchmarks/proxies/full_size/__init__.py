"""A reference at full size, and the estimates that are held against it: see `__main__`."""
