"""Accuracy estimators. To add one, add a file with an `Estimator`, and its name in `settings.ESTIMATORS`.

Nothing is imported here: the search and its workers need `base` alone, and loading torch takes seconds.
"""
