"""Exact accuracy against EDAP of one network whose weights have 8 bits and fewer, each trained at its own precision.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.accuracy.weight_precision --out FOLDER

A homogeneous quarter-width VGG16 with 4-bit inputs and differential pairs learns CIFAR-10 at 16 x 16 pixels, with the
same recipe and seeds at every precision of weights, with ADCs of 4 bits. Every conversion of 5,000 held-out
training images is simulated. Goes on where it was stopped: rows that `weight_precision.csv` has aren't measured again.
"""

import time
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure

from benchmarks import record
from xpert_evo.accuracy.audit import CALIBRATION_IMAGES, calibrate_normalisation, exact_accuracy
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.pixels import resized
from xpert_evo.accuracy.scoring import evaluate
from xpert_evo.accuracy.settings import ProxySettings
from xpert_evo.accuracy.training.loop import train
from xpert_evo.analysis import style
from xpert_evo.analysis.medium import TWO_COLUMNS_IN
from xpert_evo.analysis.palette import COLOURS
from xpert_evo.analysis.point_labels import Named, label_points
from xpert_evo.data import load_train, split
from xpert_evo.design.design import ArrayDesign, Design, homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.quantities import QUANTITIES
from xpert_evo.search.crossbars import array_shape
from xpert_evo.workflows.estimator import SPLIT_SEED

WIDTH, INPUT_BITS, SHARING, HELD_OUT = 0.25, 4, 8, 5000
ADC_BITS, SEEDS = (4,), (1, 2, 3)
PRECISIONS = ((8, 4), (7, 4), (6, 4), (6, 3), (5, 4), (4, 4), (3, 4))  # bits of a weight, of a cell
TRAINING = ProxySettings(width_factor=1.0, train_images=36_000, epochs=3, resolution=16)
CHIP = HardwareModel.from_preset(record.IDEAL_WIRES, "chip")
EDAP = "edap_pj_ns_um2"
SETTING = ["weight_bits", "bits_per_cell", "adc_bits", "seed"]
NAME = "weight_precision.csv"


def design_of(weight_bits: int, bits_per_cell: int, adc_bits: int) -> Design:
    """The network at a precision."""
    design = homogeneous(
        width=WIDTH, column_sharing=SHARING, adc_bits=adc_bits, input_bits=INPUT_BITS, weight_bits=weight_bits
    )
    array = ArrayDesign.model_validate({"bits_per_cell": bits_per_cell})
    return design if bits_per_cell == CHIP.bits_per_cell else design.model_copy(update={"array": array})


def measure(task: tuple[int, int, int, int]) -> dict[str, Any]:
    """Trains one network and simulates its conversions."""
    began = time.monotonic()
    design = design_of(*task[:3])
    row: dict[str, Any] = dict(zip(SETTING, task, strict=True))
    row[EDAP] = float(CHIP.evaluate(stack([design])).edap_pj_ns_um2[0])
    fitted, held_out = split(
        load_train("cifar10", download=False), train=TRAINING.train_images, validation=HELD_OUT, seed=SPLIT_SEED
    )
    images, scored = (torch.from_numpy(resized(part.pixels, TRAINING.resolution)) for part in (fitted, held_out))
    labels, wanted = (torch.from_numpy(part.labels) for part in (fitted, held_out))
    network = build_network(design, hardware=array_shape(CHIP), resolution=TRAINING.resolution, seed=row["seed"])
    train(network, images, labels, settings=TRAINING, flip=True, seed=row["seed"])
    network.eval()
    calibrate_normalisation(network, images[:CALIBRATION_IMAGES])
    row["noise"] = evaluate(network, scored, wanted)
    row["exact"] = exact_accuracy(network, scored, wanted)
    return row | {"seconds": round(time.monotonic() - began)}


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Means over seeds; errors are those of the mean, of seeds that share their held-out images."""
    grouped = table.groupby(SETTING[:3], sort=False)
    mean = grouped[[EDAP, "noise", "exact"]].mean()
    mean["standard_error"] = grouped["exact"].std() / np.sqrt(len(SEEDS))
    return mean.reset_index()


def picture(means: pd.DataFrame) -> Figure:
    """Exact accuracy against EDAP; a point is called by its bits a weight."""
    figure = style.blank(TWO_COLUMNS_IN, 3.2)
    axis = figure.subplots()
    edap, accuracy = means[EDAP] * QUANTITIES[EDAP].factor, 100 * means["exact"]
    errors = 100 * means["standard_error"]
    axis.errorbar(edap, accuracy, yerr=errors, fmt="o", color=COLOURS["front"], ms=4.5, elinewidth=0.8)
    axis.margins(0.12)
    style.log_x(axis)
    axis.set_xlabel(QUANTITIES[EDAP].directed)
    axis.set_ylabel("exact accuracy, held-out images (%)")
    axis.set_title("bits of a weight, in 4-bit cells if not said otherwise", loc="left")
    usual = CHIP.bits_per_cell
    names = [
        f"{bits} bits" + ("" if cell == usual else f" in {cell}-bit cells")
        for bits, cell in zip(means["weight_bits"], means["bits_per_cell"], strict=True)
    ]
    style.foot(
        figure,
        f"cifar10 at 16 x 16 pixels · homogeneous quarter-width VGG16, 4-bit ADCs, {INPUT_BITS}-bit inputs, {SHARING} "
        f"columns an ADC · chip, differential · mean of {len(SEEDS)} seeds, its standard error · {HELD_OUT:,} images",
    )
    label_points(axis, [Named(*row) for row in zip(edap, accuracy, errors, names, strict=True)], [])
    return figure


def main() -> None:
    out: Path = record.parser(__doc__).parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    path, began = out / NAME, time.monotonic()
    done = pd.read_csv(path) if path.is_file() else pd.DataFrame(columns=SETTING)
    known = set(done[SETTING].itertuples(index=False, name=None))
    tasks = [(*bits, adc, seed) for adc, seed, bits in product(ADC_BITS, SEEDS, PRECISIONS)]
    rest = [task for task in tasks if task not in known]
    for start in range(0, len(rest), len(PRECISIONS)):
        rows = record.side_by_side(measure, rest[start : start + len(PRECISIONS)], f"of {len(rest)} trainings")
        done = pd.concat([done, pd.DataFrame(rows)], ignore_index=True) if len(done) else pd.DataFrame(rows)
        done.to_csv(path, index=False, float_format="%.6g")
    means = summary(done)
    means.to_csv(out / "means.csv", index=False, float_format="%.6g")
    with style.drawing(TWO_COLUMNS_IN):
        style.save(picture(means), out / "weight_precision.png")
    record.write_run(
        out,
        "benchmarks.accuracy.weight_precision",
        seconds=round(time.monotonic() - began),
        seeds=list(SEEDS),
        training=TRAINING.model_dump(mode="json"),
    )
    print(means.to_string(index=False))


if __name__ == "__main__":
    main()
