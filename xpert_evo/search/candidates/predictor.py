"""Predicts accuracies of designs that weren't trained, and says how sure it is.

It learns the log-odds of accuracies, which have no ceiling: a line over the network's capacity, or over what shorter
trainings say (Kennedy and O'Hagan, 2000), and a Gaussian process for what that leaves.
`python -m benchmarks.search.predictors` compares it with other families on real trainings.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

from xpert_evo.search.candidates.features import CAPACITIES

LEAST, MOST = 0.01, 0.99  # accuracies beyond are taken as these: log-odds of 0 and 1 are infinite
FOLDS = 8  # in which designs are predicted from each other
FITTED = 512  # designs that length scale and noise are fitted to, whose cost grows with the cube of their number
ROWS_AT_ONCE = 20_000  # of features whose deviations are predicted: their kernel matrix stays below 200 MB


@dataclass(frozen=True)
class Prediction:
    """Errors (1 - accuracy) as normal distributions, float64 (P,) each.

    Attributes:
        error: expected.
        deviation: of what is expected of many trainings.
        noise: by how much one training deviates from that.
    """

    error: np.ndarray
    deviation: np.ndarray
    noise: np.ndarray

    def of(self, rows: np.ndarray) -> Prediction:
        """Of some designs."""
        return Prediction(self.error[rows], self.deviation[rows], self.noise[rows])

    def and_those(self, others: Prediction) -> Prediction:
        """Of both."""
        pairs = zip(vars(self).values(), vars(others).values(), strict=True)
        return Prediction(*(np.concatenate(pair) for pair in pairs))


class AccuracyPredictor:
    """Learns from `features.accuracy_features` (P, F) and accuracies (P,), none of them nan.

    Fitting and predicting have no randomness.

    Args:
        below: a predictor of shorter trainings, whose log-odds stand in place of the capacity.
        like: a predictor whose length scale and noise are taken over: a refit to other designs takes little time then.
            Without one they are those of at most `FITTED` of the designs, evenly taken.
    """

    def __init__(
        self,
        features: np.ndarray,
        accuracies: np.ndarray,
        like: AccuracyPredictor | None = None,
        below: AccuracyPredictor | None = None,
    ) -> None:
        odds = logit(np.clip(accuracies, LEAST, MOST))
        self._odds, self._below = odds.mean(), below
        grows_with = features[:, CAPACITIES] if below is None else below.log_odds(features)[:, None]
        above = grows_with - grows_with.mean(axis=0)
        explained = above.T @ (odds - self._odds) / np.maximum(np.linalg.norm(above, axis=0), 1e-12)
        self._column = int(explained.argmax())
        self._middle = grows_with[:, self._column].mean()
        along = above[:, self._column]
        # More capacity never means less accuracy, nor does more of a short training's: a few noisy trainings that say
        # so aren't believed.
        self._slope_of_odds = max(float(along @ odds / max(along @ along, 1e-12)), 0.0)
        self._scaler = StandardScaler().fit(features)
        left, scaled = odds - self._trend(features), self._scaler.transform(features)
        if like is None:
            some = np.unique(np.linspace(0, len(left) - 1, FITTED).astype(int))
            self._process = _fitted(scaled[some], left[some])
        if like is not None or len(left) > FITTED:
            kernel = (like or self)._process.kernel_
            self._process = GaussianProcessRegressor(kernel, optimizer=None, normalize_y=True).fit(scaled, left)

    def predict(self, features: np.ndarray) -> Prediction:
        """Errors of designs by their features (P, F)."""
        starts = range(0, len(features), ROWS_AT_ONCE)
        parts = [self._predict(features[start : start + ROWS_AT_ONCE]) for start in starts]
        means, variances = (np.concatenate(part) for part in zip(*parts, strict=True))
        slope = self._slope(means)
        return Prediction(expit(-means), slope * np.sqrt(variances), slope * np.sqrt(self._noise))

    def expected(self, features: np.ndarray) -> np.ndarray:
        """Errors alone, without their deviations, which take longer; float64 (P,)."""
        return expit(-self.log_odds(features))

    def log_odds(self, features: np.ndarray) -> np.ndarray:
        """Of the accuracies that are expected, float64 (P,)."""
        return self._process.predict(self._scaler.transform(features)) + self._trend(features)

    def covariance(self, features: np.ndarray) -> np.ndarray:
        """Of the errors that are expected of designs with each other, (P, P)."""
        slope = self._slope(self.log_odds(features))
        return slope[:, None] * slope * self._covariance(features)

    def _covariance(self, features: np.ndarray) -> np.ndarray:
        """The same of log-odds."""
        _, covariance = self._process.predict(self._scaler.transform(features), return_cov=True)
        own = covariance - self._noise * np.eye(len(covariance))
        return own if self._below is None else own + self._slope_of_odds**2 * self._below._covariance(features)

    @property
    def _noise(self) -> float:
        """Variance of a training's log-odds that features don't explain."""
        return float(self._process.kernel_.k2.noise_level * self._process._y_train_std**2)

    def _predict(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        means, deviations = self._process.predict(self._scaler.transform(features), return_std=True)
        variances = np.maximum(deviations**2 - self._noise, 0.0)
        if self._below is not None:
            variances += self._slope_of_odds**2 * self._below._predict(features)[1]
        return means + self._trend(features), variances

    def _trend(self, features: np.ndarray) -> np.ndarray:
        along = features[:, self._column] if self._below is None else self._below.log_odds(features)
        return self._odds + self._slope_of_odds * (along - self._middle)

    def _slope(self, means: np.ndarray) -> np.ndarray:
        """Of accuracy over log-odds."""
        return expit(means) * expit(-means)


def _fitted(features: np.ndarray, values: np.ndarray) -> GaussianProcessRegressor:
    """With the length scale and noise that make the values likeliest."""
    kernel = ConstantKernel() * Matern(10.0, (3.0, 1e2), nu=2.5) + WhiteKernel(0.1, (1e-2, 1.0))
    with warnings.catch_warnings():  # a length scale or a noise at its bound is an answer too
        warnings.simplefilter("ignore", ConvergenceWarning)
        return GaussianProcessRegressor(kernel, normalize_y=True).fit(features, values)


def cross_validated(features: np.ndarray, accuracies: np.ndarray, below: AccuracyPredictor | None = None) -> np.ndarray:
    """Errors of designs predicted from the others, a fold of `FOLDS` at a time, float64 (P,).

    Args are those of `AccuracyPredictor`.
    """
    expected = np.empty(len(accuracies))
    for fitted, left_out in KFold(min(FOLDS, len(accuracies))).split(features):
        expected[left_out] = AccuracyPredictor(features[fitted], accuracies[fitted], below=below).expected(
            features[left_out]
        )
    return expected
