"""How much the co-search gains at equal accuracy, and how sure that is: intervals by resampling.

    python -m benchmarks.trained.gain FOLDER

A homogeneous network as accurate as each other network has the EDAP that a line through the trained homogeneous ones
says, those of full width left out, the logarithm of EDAP against exact accuracy (`table.gains_over_homogeneous`). Test
images are drawn again with replacement, for all networks the same ones; in a second interval every accuracy is
moved as well, by what two trainings of one design differ (`--training-deviation`), each on its own. Costs are those of
`solved_peripherals`, which writes its table first. Networks more accurate than all homogeneous ones have a gain of at
least what is told; where some resamples make one less accurate than the cheapest, the line's first part goes on. Writes
`gain.csv`.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.trained.against import answers
from benchmarks.trained.table import read, table_of

RESAMPLES, SEED = 4000, 0
GAIN = "edap_pj_ns_um2_gain_over_flash"


def log_gains(accuracy: np.ndarray, log_edap: np.ndarray, homogeneous: np.ndarray) -> np.ndarray:
    """Logarithms of gains, float64 (N,); nan of homogeneous networks.

    Args:
        accuracy: of all networks, (N,).
        log_edap: on any scale, (N,).
        homogeneous: which networks the line goes through, bool (N,).
    """
    place = np.flatnonzero(homogeneous)
    place = place[np.lexsort((-accuracy[place], log_edap[place]))]  # cheapest first
    best = np.maximum.accumulate(accuracy[place])
    line = place[np.r_[True, accuracy[place][1:] > best[:-1]]]  # none is cheaper and as accurate
    x, y = accuracy[line], log_edap[line]
    equal = np.interp(accuracy, x, y)
    if len(line) > 1:
        below = accuracy < x[0]
        equal[below] = y[0] + (accuracy[below] - x[0]) * (y[1] - y[0]) / (x[1] - x[0])
    return np.where(homogeneous, np.nan, equal - log_edap)


def resampled_accuracies(right: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Accuracies of N networks on images drawn again, the same for all, float64 (RESAMPLES, N).

    Args:
        right: which images a network classified rightly, bool (N, M).
    """
    images = right.shape[1]
    columns = right.T.astype(np.float32)
    drawn = [np.bincount(generator.integers(0, images, images), minlength=images) for _ in range(RESAMPLES)]
    return np.array([counts.astype(np.float32) @ columns / images for counts in drawn], dtype=float)


def intervals(
    right: np.ndarray, log_edap: np.ndarray, homogeneous: np.ndarray, training_deviation: float
) -> pd.DataFrame:
    """A row a network that isn't homogeneous: its place, gain, 95 % by images alone, and by trainings as well."""
    generator = np.random.default_rng(SEED)
    drawn = resampled_accuracies(right, generator)
    moved = drawn + training_deviation * generator.standard_normal(drawn.shape)
    gain = np.exp(log_gains(right.mean(axis=1), log_edap, homogeneous))
    columns = {"network": np.arange(len(gain)), "gain": gain}
    for name, accuracies in (("by_images", drawn), ("by_trainings", moved)):
        found = np.exp([log_gains(each, log_edap, homogeneous) for each in accuracies])
        columns[f"low_{name}"], columns[f"high_{name}"] = np.quantile(found, [0.025, 0.975], axis=0)
    best = right[homogeneous].mean(axis=1).max()
    columns["at_least"] = right.mean(axis=1) > best
    return pd.DataFrame(columns)[~homogeneous]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--training-deviation", type=float, default=0.003, help="standard deviation of one accuracy")
    arguments = parser.parse_args()
    networks = read(arguments.folder)
    table = table_of(networks).set_index("name")
    names = [name for name in networks if table["narrow"][name] or not table["homogeneous"][name]]
    right = np.array([answers(arguments.folder, name, networks[name][1]) for name in names])
    homogeneous = table["homogeneous"].reindex(names).to_numpy(dtype=bool)
    tables = []
    for model, costs in pd.read_csv(arguments.folder / "solved-peripherals.csv").groupby("model", sort=False):
        log_edap = -np.log(costs.set_index("name")[GAIN].reindex(names).to_numpy())
        found = intervals(right, log_edap, homogeneous, arguments.training_deviation)
        tables.append(found.assign(model=model, network=[names[place] for place in found["network"]]))
    gains = pd.concat(tables, ignore_index=True)
    gains.to_csv(arguments.folder / "gain.csv", index=False, float_format="%.3g")
    print(gains.to_string(index=False, float_format="%.2f"))


if __name__ == "__main__":
    main()
