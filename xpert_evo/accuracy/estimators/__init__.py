"""Accuracy estimators by name. To add one, add a file with an `Estimator` and its line here."""

from xpert_evo.accuracy.estimators.base import AccuracyEstimate, Estimator
from xpert_evo.accuracy.estimators.proxy_training import ProxyTraining

ESTIMATORS = {"proxy_training": ProxyTraining}

__all__ = ["ESTIMATORS", "AccuracyEstimate", "Estimator", "ProxyTraining"]
