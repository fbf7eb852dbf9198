"""Which predictor ranks designs best that it hasn't seen: families compared on the committed CIFAR-10 trainings.

    python -m benchmarks.search.predictors --out results/published/search

Every family learns the log-odds of accuracies of 12, 24, 48 or 96 designs drawn at random and predicts all others; mean
and standard deviation over draws. `search` is the surrogate's own, `tabular` the one that the tabular problem is made
of. Beside it stands what a perfect predictor would be off by: one training's deviation over seeds.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import kendalltau
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.linear_model import BayesianRidge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.record import as_published
from benchmarks.search.tabular import genes_of, repeat_deviation
from benchmarks.search.tabular import model as tabular_model
from benchmarks.search.trainings import TABLE
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.genes import GENES
from xpert_evo.search.candidates.features import accuracy_features
from xpert_evo.search.candidates.predictor import AccuracyPredictor

ARRAY = ArrayShape(weight_encoding="differential")
SIZES = (12, 24, 48, 96)
DRAWS = 10
KERNEL = ConstantKernel() * Matern(10.0, (3.0, 1e2), nu=2.5) + WhiteKernel(0.1, (1e-2, 1.0))
FOREST = {"n_estimators": 200, "max_features": 0.5, "random_state": 0}

Predict = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]  # known X, y, others' X -> their accuracies


def _by(make: Callable[[], Any]) -> Predict:
    def predict(known: np.ndarray, accuracy: np.ndarray, others: np.ndarray) -> np.ndarray:
        return expit(make().fit(known, logit(accuracy)).predict(others))

    return predict


def _search(known: np.ndarray, accuracy: np.ndarray, others: np.ndarray) -> np.ndarray:
    return 1 - AccuracyPredictor(known, accuracy).predict(others).error


FAMILIES: dict[str, tuple[str, Predict]] = {  # name -> inputs and how it predicts
    "search: line and Gaussian process": ("features", _search),
    "Gaussian process": (
        "genes",
        _by(lambda: make_pipeline(StandardScaler(), GaussianProcessRegressor(KERNEL, normalize_y=True))),
    ),
    "Bayesian ridge": ("features", _by(lambda: make_pipeline(StandardScaler(), BayesianRidge()))),
    "random forest": ("features", _by(lambda: RandomForestRegressor(**FOREST))),
    "extra trees": ("features", _by(lambda: ExtraTreesRegressor(**FOREST))),
    "tabular: neural networks": ("genes", _by(tabular_model)),
}


def features_of(genes: np.ndarray) -> np.ndarray:
    """The search's features from plain genes, see `tabular.genes_of`."""
    space = as_published("problems/cifar10.toml").search_space()
    depths, adc_bits, input_bits = np.split(genes, 3, axis=1)
    positions = np.zeros((len(genes), *space.counts.shape), dtype=np.uint8)
    for gene, values in (("channels", 2**depths), ("adc_bits", adc_bits), ("input_bits", input_bits)):
        for layer in range(space.layers):
            positions[:, layer, GENES.index(gene)] = np.searchsorted(space.choices(layer, gene), values[:, layer])
    return accuracy_features(space.decode(positions.reshape(len(genes), -1)), ARRAY)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    table = pd.read_csv(TABLE)
    once = table[table["replicate"] == 0].sort_values("key")
    accuracy = once["accuracy"].to_numpy()
    inputs = {"genes": genes_of(once["key"])}
    inputs["features"] = features_of(inputs["genes"])
    rows = []
    for name, (which, predict) in FAMILIES.items():
        for size in SIZES:
            scores = []
            for draw in range(DRAWS):
                order = np.random.default_rng(draw).permutation(len(accuracy))
                known, others = order[:size], order[size:]
                predicted = predict(inputs[which][known], accuracy[known], inputs[which][others])
                miss = float(np.sqrt(np.mean((predicted - accuracy[others]) ** 2)))
                scores.append((kendalltau(predicted, accuracy[others]).statistic, miss))
            tau, miss = np.mean(scores, axis=0)
            row = {"family": name, "inputs": which, "known": size, "kendall_tau": tau}
            rows.append(row | {"tau_deviation": np.std(scores, axis=0)[0], "rms_error": miss})
            print({key: value if isinstance(value, str) else round(value, 4) for key, value in rows[-1].items()})
    result = pd.DataFrame(rows)
    result["training_deviation"] = repeat_deviation(table)
    arguments.out.mkdir(parents=True, exist_ok=True)
    result.to_csv(arguments.out / "predictors.csv", index=False, float_format="%.4f")


if __name__ == "__main__":
    main()
