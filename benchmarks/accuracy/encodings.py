"""Which weight encoding pays: EDAP against accuracy for all three, with ideal cells and with cells that vary.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.accuracy.encodings --out results/published/encodings

The same design, a homogeneous quarter-width VGG16 with 4-bit inputs, is trained at 3 to 8 ADC bits with every encoding
on CIFAR-10 at 16 x 16 pixels: with the ADCs' noise alone, and with cells that vary as well. Every trained network is
then simulated exactly, conversion by conversion, on held-out training images: with ideal cells, and on five chips
whose cells vary as the preset says. EDAP is that of the cheapest sharing and ADC type at those bits, in `chip`.
"""

import statistics
import time
from itertools import product
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import torch

from benchmarks import record
from xpert_evo.accuracy.audit import CALIBRATION_IMAGES, calibrate_normalisation, exact_accuracy
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.pixels import resized
from xpert_evo.accuracy.scoring import evaluate, standard_error
from xpert_evo.accuracy.settings import ProxySettings
from xpert_evo.accuracy.training.loop import train
from xpert_evo.analysis.style import STYLE, foot, log_x, save
from xpert_evo.data import load_train, split
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.design.encodings import ENCODINGS, WeightEncoding
from xpert_evo.design.genes import ADC_TYPES
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.quantities import QUANTITIES
from xpert_evo.search.crossbars import array_shape, device_spread
from xpert_evo.workflows.estimator import SPLIT_SEED

WIDTH, INPUT_BITS = 0.25, 4
ADC_BITS = range(3, 9)
SHARINGS = (2, 4, 8, 16, 32)
CHIPS = 5
SEED = 1
SETTINGS = ProxySettings(width_factor=1.0, train_images=12_000, epochs=3, resolution=16)
COLOURS = {"offset": "#d55e00", "reference_column": "#009e73", "differential": "#0072b2"}


def design_of(adc_bits: int, width: float = WIDTH, sharing: int = 8, adc_type: str = "flash") -> Design:
    return homogeneous(width=width, adc_bits=adc_bits, input_bits=INPUT_BITS, column_sharing=sharing, adc_type=adc_type)


def least_edap(encoding: WeightEncoding, adc_bits: int, width: float) -> float:
    """Over sharings and ADC types, mJ ms mm2."""
    model = HardwareModel.from_preset(record.IDEAL_WIRES, "chip", encoding)
    designs = [design_of(adc_bits, width, *genes) for genes in product(SHARINGS, ADC_TYPES)]
    return float(model.evaluate(stack(designs)).edap_pj_ns_um2.min()) * 1e-21


def measure(task: tuple[WeightEncoding, int, bool, int]) -> dict[str, Any]:
    encoding, adc_bits, varying, images = task
    began = time.perf_counter()
    torch.set_num_threads(1)
    model = HardwareModel.from_preset(record.IDEAL_WIRES, "chip", encoding)
    spread = device_spread(model)
    data = load_train("cifar10", download=False)
    fitted, held_out = split(data, train=SETTINGS.train_images, validation=images, seed=SPLIT_SEED)
    network = build_network(
        design_of(adc_bits),
        hardware=array_shape(model),
        spread=spread if varying else None,
        resolution=SETTINGS.resolution,
        seed=SEED,
    )
    pixels, scored = (torch.from_numpy(resized(part.pixels, SETTINGS.resolution)) for part in (fitted, held_out))
    labels, wanted = (torch.from_numpy(part.labels) for part in (fitted, held_out))
    train(network, pixels, labels, settings=SETTINGS, flip=True, seed=SEED)
    calibrate_normalisation(network, pixels[:CALIBRATION_IMAGES])
    chips = [exact_accuracy(network, scored, wanted, spread=spread, chip=chip) for chip in range(CHIPS)]
    exact = exact_accuracy(network, scored, wanted)
    return {
        "encoding": encoding,
        "adc_bits": adc_bits,
        "trained_with": "varying cells" if varying else "ideal cells",
        "noise": evaluate(network, scored, wanted),
        "exact": exact,
        "chips_mean": statistics.fmean(chips),
        "chips_deviation": statistics.stdev(chips),
        "chips_worst": min(chips),
        "standard_error": standard_error(exact, images),
        "edap": least_edap(encoding, adc_bits, WIDTH),
        "edap_full_width": least_edap(encoding, adc_bits, 1.0),
        "seconds": round(time.perf_counter() - began, 1),
    }


def draw(table: pd.DataFrame, path: Path, images: int) -> None:
    panels = (
        ("ideal cells", "exact", "ideal cells"),
        ("ideal cells", "chips_mean", "cells vary, trained without knowing"),
        ("varying cells", "chips_mean", "cells vary, trained for it"),
    )
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, 3, figsize=(11, 4.2), sharey=True, layout="constrained")
        for axis, (trained_with, column, title) in zip(axes, panels, strict=True):
            for encoding, colour in COLOURS.items():
                rows = table[(table["encoding"] == encoding) & (table["trained_with"] == trained_with)]
                rows = rows.sort_values("adc_bits")
                errors = 100 * (rows["standard_error"] if column == "exact" else rows["chips_deviation"])
                axis.errorbar(
                    rows["edap"], 100 * rows[column], yerr=errors, marker="o", color=colour, label=encoding, capsize=2
                )
                for _, row in rows.iterrows():
                    place = (row["edap"], 100 * row[column])
                    axis.annotate(str(row["adc_bits"]), place, (4, -11), textcoords="offset points", fontsize=8)
            log_x(axis)
            axis.set(xlabel=QUANTITIES["edap_pj_ns_um2"].directed, title=title)
        axes[0].set_ylabel("exact proxy accuracy (%)")
        axes[0].legend(frameon=False, loc="lower right")
        foot(
            figure,
            f"cifar10 · quarter-width VGG16, 4-bit inputs, 3 to 8 ADC bits (numbers) · preset xpert-rram · chip · "
            f"{images} held-out images at 16 x 16 · bars: standard error; over {CHIPS} chips",
        )
        save(figure, path)


def main() -> None:
    parser = record.parser(__doc__)
    parser.add_argument("--images", type=int, default=2000, help="held-out images that are scored")
    arguments = parser.parse_args()
    tasks = list(product(ENCODINGS, ADC_BITS, (False, True), (arguments.images,)))
    began = time.monotonic()
    table = pd.DataFrame(record.side_by_side(measure, tasks, "networks")).sort_values(
        ["trained_with", "encoding", "adc_bits"]
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(arguments.out / "encodings.csv", index=False, float_format="%.6g")
    draw(table, arguments.out / "encodings.png", arguments.images)
    record.write_run(
        arguments.out,
        "benchmarks.accuracy.encodings",
        seconds=round(time.monotonic() - began),
        seed=SEED,
        training=SETTINGS.model_dump(mode="json"),
        devices=device_spread(HardwareModel.from_preset(record.IDEAL_WIRES)).model_dump(),
    )
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
