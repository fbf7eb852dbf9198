"""Accuracies at full size without training, of two lengths: what the designs of the full-size reference came to.

The reference's designs were trained for one epoch (the full-size preset's proxy) and for eight. Of other designs a
ridge on plain genes, by VGG16's five blocks, says the log-odds of both; what it leaves of a design that it hasn't seen
is drawn anew for every accuracy key, as large and as alike at both lengths as in the reference. So one epoch ranks
designs as well as it ranked those, no better.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri
from sklearn.base import RegressorMixin
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from xpert_evo.accuracy.estimators.base import AccuracyEstimate
from xpert_evo.design.design import Design
from xpert_evo.design.designs import Designs, stack
from xpert_evo.design.genes import ARRAY_GENES
from xpert_evo.search.evaluation import accuracy_key

FOLDER = Path("results/published/full-size-reference")
LENGTHS = (1, 8)  # epochs
BLOCKS = np.array([0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])  # of VGG16's layers, which poolings part
FOLDS = 8


def plain_genes(designs: Designs) -> np.ndarray:
    """Means over a block's layers of log2 channels, ADC, input and weight bits, and log2 of rows, float64 (P, 21)."""
    genes = (np.log2(designs.channels), designs.adc_bits, designs.input_bits, designs.weight_bits)
    means = [gene[:, block == BLOCKS].mean(axis=1) for gene in genes for block in np.unique(BLOCKS)]
    rows = (
        designs.arrays[:, ARRAY_GENES.index("crossbar_size")] if designs.arrays is not None else np.zeros(len(designs))
    )
    return np.column_stack([*means, np.log2(rows + 1)])


@dataclass
class FullSizeTable:
    """Takes the place of trainings at full size.

    Attributes:
        model: plain genes -> log-odds at both lengths, (P, 2).
        left: lower triangular (2, 2), which makes what the model leaves of two standard normals.
        seconds: what a training of each length is said to have taken.
        images: that one is said to have been scored on.
        length: index in `LENGTHS` of this one's trainings.
    """

    model: RegressorMixin
    left: np.ndarray
    seconds: tuple[float, float]
    images: int
    length: int = 1

    @classmethod
    def fitted(cls, folder: Path = FOLDER) -> FullSizeTable:
        """To the reference's designs that were trained for both lengths."""
        long = pd.read_csv(folder / "reference.csv", dtype={"task": str}).set_index("task")
        proxies = pd.read_csv(folder / "proxies.csv").set_index("task")
        short = proxies[proxies.index.str.startswith("full-size/")].rename(lambda task: task.rpartition("/")[2])
        both = long.join(short[["score", "seconds"]].add_prefix("short_"), how="inner")
        designs = stack([Design.model_validate(json.loads(text)) for text in both["design"]])
        genes, wanted = plain_genes(designs), logit(both[["short_score", "accuracy"]].to_numpy())
        model = make_pipeline(StandardScaler(), RidgeCV(alphas=np.logspace(-1, 3, 17)))
        foretold = cross_val_predict(model, genes, wanted, cv=KFold(FOLDS, shuffle=True, random_state=0))
        left = np.linalg.cholesky(np.cov((wanted - foretold).T))
        seconds = float(both["short_seconds"].median()), float(both["processor_seconds"].median())
        return cls(model.fit(genes, wanted), left, seconds, 5000)

    def of_epochs(self, epochs: int) -> FullSizeTable:
        return replace(self, length=LENGTHS.index(epochs))

    def estimate(self, design: Design, seed: int) -> AccuracyEstimate:
        digest = hashlib.sha256(accuracy_key(design).encode()).digest()
        uniform = [(int.from_bytes(digest[start : start + 6], "big") + 0.5) / 2**48 for start in (0, 6)]
        odds = self.model.predict(plain_genes(stack([design])))[0] + self.left @ ndtri(uniform)
        accuracy = float(expit(odds[self.length]))
        error = float(np.sqrt(accuracy * (1 - accuracy) / self.images))
        return AccuracyEstimate(accuracy, error, self.images, self.seconds[self.length])
