"""How well the search's predictor ranks designs after few long trainings: from nothing, or standing on short ones.

    python -m benchmarks.proxies.few_long results/published/proxy-study

The folder is one of `benchmarks.proxies.study`. Long trainings of designs drawn at random are what the predictor learns
from, short ones of all designs are what it stands on, as in a search with `fidelities`; Kendall's tau is with the long
trainings of all other designs. Nothing is trained. Writes `few_long.csv`.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.proxies.study import table
from benchmarks.proxies.study.agreement import tau
from benchmarks.proxies.study.designs import problem
from xpert_evo.design.design import Design
from xpert_evo.design.designs import stack
from xpert_evo.search.candidates.features import accuracy_features
from xpert_evo.search.candidates.predictor import AccuracyPredictor
from xpert_evo.search.crossbars import array_shape

SHORT = ("36,000 images x 1, at least 16 channels", "12,000 images x 3", "shared weights, 12,000 images x 1")
FEW = (8, 12, 20)
DRAWS = 10


def scored(features: np.ndarray, accuracy: np.ndarray, short: np.ndarray, few: np.ndarray) -> dict[str, np.ndarray]:
    """Estimates of all designs by what each way knows, float64 (N,).

    Args:
        few: rows whose long trainings are known.
    """
    below = AccuracyPredictor(features, short)
    known = features[few], accuracy[few]
    return {
        "the short training": short,
        "predictor": AccuracyPredictor(*known).log_odds(features),
        "predictor on short trainings": AccuracyPredictor(*known, below=below).log_odds(features),
    }


def taus(features: np.ndarray, accuracy: np.ndarray, short: np.ndarray, similar: np.ndarray) -> Iterator[dict]:
    """A row a number of long trainings and way, means over draws."""
    for count in FEW:
        rows = []
        for draw in range(DRAWS):
            few = np.random.default_rng(draw).permutation(len(accuracy))[:count]
            others = np.setdiff1d(np.arange(len(accuracy)), few)
            for way, score in scored(features, accuracy, short, few).items():
                pairs = similar[np.ix_(others, others)]
                both = [tau(score[others], accuracy[others], which) for which in (None, pairs)]
                rows.append((way, *both))
        means = pd.DataFrame(rows, columns=["way", "tau, all", "tau, similar EDAP"]).groupby("way", sort=False).mean()
        for way, row in means.iterrows():
            yield {"long_trainings": count, "way": way, **row}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    reference, scores = table.estimates(folder)
    designs = stack([Design.model_validate(json.loads(text)) for text in reference["design"]])
    features = accuracy_features(designs, array_shape(problem().hardware.load()))
    similar, accuracy = table.subsets(reference)["similar EDAP"], reference["accuracy"].to_numpy()
    rows = []
    for proxy in SHORT:
        short = scores[scores["proxy"] == proxy].set_index("design")["score"].reindex(reference.index).to_numpy()
        rows += [{"short_training": proxy, **row} for row in taus(features, accuracy, short, similar)]
    found = pd.DataFrame(rows)
    found.to_csv(folder / "few_long.csv", index=False, float_format="%.3f")
    print(found.to_string(index=False, float_format="%.2f"))


if __name__ == "__main__":
    main()
