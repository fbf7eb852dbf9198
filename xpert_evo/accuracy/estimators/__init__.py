"""Accuracy estimators. To add one, add a file with an `Estimator`, and its name in `settings.ProxySettings`."""

from xpert_evo.accuracy.estimators.base import AccuracyEstimate, CanTrainLonger, Estimator
from xpert_evo.accuracy.estimators.fine_tuning import FineTuning
from xpert_evo.accuracy.estimators.proxy_training import ProxyTraining
from xpert_evo.accuracy.estimators.supernet import Supernet

__all__ = ["AccuracyEstimate", "CanTrainLonger", "Estimator", "FineTuning", "ProxyTraining", "Supernet"]
