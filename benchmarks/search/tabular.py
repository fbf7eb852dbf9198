"""Accuracies without training: a model of the committed CIFAR-10 trainings, and noise as large as theirs.

The model is an ensemble of small neural networks on the plain genes, another family than the Gaussian process on
derived features that the search's surrogate is. Noise is normal, a function of the accuracy key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri
from sklearn.ensemble import BaggingRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.search.trainings import TABLE
from xpert_evo.accuracy.estimators.base import AccuracyEstimate
from xpert_evo.design.design import Design
from xpert_evo.search.evaluation import accuracy_key

NETWORKS = 10
KNOWN_GENES = ("channels", "adc_bits", "input_bits")  # of the trainings; their weights have 8 bits
SEED = 0


def genes_of(keys: pd.Series) -> np.ndarray:
    """Genes of accuracy keys, depths as their logarithms, float64 (P, 3 L)."""
    genes = np.array([[[float(value) for value in part.split("-")] for part in key.split("|")] for key in keys])
    genes[:, 0] = np.log2(genes[:, 0])
    return genes.reshape(len(genes), -1)


def model() -> BaggingRegressor:
    """Of the log-odds of accuracies."""
    network = MLPRegressor(hidden_layer_sizes=(48, 48), activation="tanh", solver="lbfgs", alpha=3.0, max_iter=400)
    return BaggingRegressor(make_pipeline(StandardScaler(), network), NETWORKS, random_state=SEED)


def repeat_deviation(table: pd.DataFrame) -> float:
    """Standard deviation of a key's accuracy over seeds, pooled over the keys that were repeated."""
    groups = table[table["replicate"] > 0].groupby("key")["accuracy"]
    return float(np.sqrt(groups.var().mean()))


@dataclass
class TabularEstimator:
    """Takes the place of proxy training.

    Attributes:
        deviation: of an accuracy's noise.
        seconds: what a training is said to have taken.
        images: that one is said to have been scored on.
    """

    model: BaggingRegressor
    deviation: float
    seconds: float
    images: int

    @classmethod
    def fitted(cls) -> TabularEstimator:
        """To the committed trainings."""
        table = pd.read_csv(TABLE)
        once = table[table["replicate"] == 0]
        fitted = model().fit(genes_of(once["key"]), logit(once["accuracy"]))
        return cls(fitted, repeat_deviation(table), float(table["seconds"].median()), int(table["images"].median()))

    def truth(self, designs: list[Design]) -> np.ndarray:
        """Accuracies without noise, float64 (P,)."""
        genes = np.array([[design.gene(gene) for gene in KNOWN_GENES] for design in designs], dtype=float)
        genes[:, 0] = np.log2(genes[:, 0])
        return expit(self.model.predict(genes.reshape(len(genes), -1)))

    def estimate(self, design: Design, seed: int) -> AccuracyEstimate:
        uniform = (int(hashlib.sha256(accuracy_key(design).encode()).hexdigest()[:12], 16) + 0.5) / 16**12
        accuracy = float(np.clip(self.truth([design])[0] + self.deviation * ndtri(uniform), 0.0, 1.0))
        return AccuracyEstimate(accuracy, self.deviation, self.images, self.seconds)
