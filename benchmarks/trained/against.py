"""What homogeneous networks as accurate as each trained network cost: within a margin, image by image.

    xpert-evo audit FOLDER/NAME/design.json --weights FOLDER/NAME/codes.safetensors --dataset cifar10 --chips 0 \
        --weight-encoding differential --json > FOLDER/NAME/audit.json             # each that has no answers yet
    python -m benchmarks.trained.against FOLDER

Those without are left out. Writes `against.csv`, a row a pair, and `gap.csv`, by how much the simulation of every
conversion differs from the ADCs' noise on the same test images. Errors are of images alone: by how much a training with
another seed would differ isn't in them.
"""

import argparse
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.trained.table import read, table_of
from xpert_evo.accuracy.answers import of_text
from xpert_evo.analysis.noninferiority import Difference
from xpert_evo.design.design import Design
from xpert_evo.hardware.switches import NETWORK_MODELS

AUDIT = "audit.json"  # of a training whose own result doesn't tell which images were right
TRAINED_MARGIN = 0.005


def answers(folder: Path, name: str, result: dict[str, Any], kind: str = "exact") -> np.ndarray:
    """Which test images a network classified rightly, bool (M,).

    Args:
        result: of its training; where it doesn't tell, an audit beside it does.
        kind: exact or noise.
    """
    if f"{kind}_right" not in result:
        path = folder / name / AUDIT
        if not path.is_file():
            raise SystemExit(f"{path}: which images were right isn't known; audit the network, see --help")
        result = json.loads(path.read_text())
    return of_text(result[f"{kind}_right"], result[f"{kind}_images"])


def has_answers(folder: Path, name: str, result: dict[str, Any]) -> bool:
    """Whether it is known which test images a network classified rightly."""
    return "exact_right" in result or (folder / name / AUDIT).is_file()


def paired(one: np.ndarray, other: np.ndarray) -> Difference:
    """Of two networks' accuracies on the same images."""
    by_image = one.astype(float) - other
    return Difference(float(by_image.mean()), float(by_image.std(ddof=1) / math.sqrt(len(by_image))), 1, True, False)


def against(folder: Path, networks: dict[str, tuple[Design, dict[str, Any]]]) -> pd.DataFrame:
    """By how much homogeneous networks are more accurate than each other one, a row a pair, cheapest first."""
    table = table_of(networks).set_index("name")
    right = {name: answers(folder, name, result) for name, (_, result) in networks.items()}
    edap = {model: table[f"{model}_edap_pj_ns_um2"] for model in NETWORK_MODELS}
    rows = []
    for name in table.index[~table["homogeneous"].astype(bool)]:
        for other in table.index[table["homogeneous"].astype(bool)]:
            found = paired(right[other], right[name])
            rows.append(
                {
                    "network": name,
                    "homogeneous": other,
                    "difference": found.mean,
                    "standard_error": found.standard_error,
                    "surely_within": found.surely_within(TRAINED_MARGIN),
                    "perhaps_within": found.perhaps_within(TRAINED_MARGIN),
                    **{f"{model}_edap_gain": column[other] / column[name] for model, column in edap.items()},
                }
            )
    return pd.DataFrame(rows)


def gaps(folder: Path, networks: dict[str, tuple[Design, dict[str, Any]]]) -> pd.DataFrame:
    """A row a network: exact less noise, paired."""
    rows = []
    for name, (_, result) in networks.items():
        exact, noise = (answers(folder, name, result, kind) for kind in ("exact", "noise"))
        found = paired(exact, noise[: len(exact)])
        rows.append(
            {
                "network": name,
                "exact": exact.mean(),
                "exact_when_trained": result["exact_accuracy"],
                "noise": noise.mean(),
                "exact_less_noise": found.mean,
                "standard_error": found.standard_error,
            }
        )
    return pd.DataFrame(rows)


def sentences(table: pd.DataFrame) -> list[str]:
    """Two sentences a network."""
    told, margin = [], f"{100 * TRAINED_MARGIN:g} points"
    for name, pairs in table.groupby("network", sort=False):
        sure, perhaps = (pairs[pairs[f"{how}_within"].astype(bool)] for how in ("surely", "perhaps"))
        for model in NETWORK_MODELS:
            gain, least = (some[f"{model}_edap_gain"].min() for some in (sure, perhaps))
            found = f"costs {gain:.1f}x its EDAP" if len(sure) else "isn't among them"
            left = f"; errors leave open {least:.1f}x" if len(perhaps) and least != gain else ""
            told.append(
                f"{name}, {model}: the cheapest homogeneous network that is surely less accurate by at most {margin} "
                f"{found}{left}"
            )
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    everything = read(folder)
    networks = {name: found for name, found in everything.items() if has_answers(folder, name, found[1])}
    for name in everything.keys() - networks.keys():
        print(f"{name}: left out, since which images were right isn't known; see --help")
    pairs = against(folder, networks)
    pairs.to_csv(folder / "against.csv", index=False, float_format="%.6g")
    gaps(folder, networks).to_csv(folder / "gap.csv", index=False, float_format="%.6g")
    print(pairs.to_string(index=False))
    print("\n".join(sentences(pairs)))


if __name__ == "__main__":
    main()
