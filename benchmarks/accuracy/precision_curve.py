"""Accuracy of one trained network against ADC bits and input bits: noise, folded, exact, and in floating point.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.accuracy.precision_curve --out FOLDER

A homogeneous quarter-width VGG16 is trained on CIFAR-10 at 16 x 16 pixels with 8-bit ADCs and 8-bit inputs. Its weights
are carried over to fewer bits, as they are and after an epoch of quantisation-aware training at those bits.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import Tensor

from benchmarks import record
from xpert_evo.accuracy.audit import CALIBRATION_IMAGES, calibrate_normalisation, exact_accuracy
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.networks.transfer import copy_weights
from xpert_evo.accuracy.pixels import as_pixels, resized
from xpert_evo.accuracy.scoring import evaluate, plain_accuracy, standard_error
from xpert_evo.accuracy.settings import ProxySettings
from xpert_evo.accuracy.training.loop import train
from xpert_evo.analysis.style import STYLE, foot, save
from xpert_evo.data import load_train, split
from xpert_evo.design.design import homogeneous
from xpert_evo.design.encodings import ENCODINGS, WeightEncoding
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.machine import usable_cores
from xpert_evo.search.crossbars import array_shape
from xpert_evo.workflows.estimator import SPLIT_SEED

WIDTH, SEED, IMAGES = 0.25, 1, 2000
# (ADC bits, input bits)
PRECISIONS = [(adc, 8) for adc in (8, 7, 6, 5, 4, 3)] + [(6, inputs) for inputs in (6, 4, 3, 2, 1)]
TRAINING = ProxySettings(width_factor=1.0, train_images=12_000, epochs=3, resolution=16)
FINE_TUNE = TRAINING.model_copy(update={"epochs": 1, "learning_rate": 0.01})
LINES = {  # how it looks
    "noise": ("#0072b2", "--", "noise, weights as they are"),
    "folded": ("#0072b2", ":", "folded, weights as they are"),
    "exact": ("#0072b2", "-", "exact, weights as they are"),
    "noise_fine_tuned": ("#d55e00", "--", "noise, after an epoch at these bits"),
    "folded_fine_tuned": ("#d55e00", ":", "folded, after an epoch at these bits"),
    "exact_fine_tuned": ("#d55e00", "-", "exact, after an epoch at these bits"),
}


def network_of(adc_bits: int, input_bits: int, encoding: WeightEncoding) -> CrossbarNetwork:
    model = HardwareModel.from_preset(record.IDEAL_WIRES, "chip", encoding)
    design = homogeneous(width=WIDTH, adc_bits=adc_bits, input_bits=input_bits)
    return build_network(design, hardware=array_shape(model), resolution=TRAINING.resolution, seed=SEED)


def images() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    data = load_train("cifar10", download=False)
    fitted, held_out = split(data, train=TRAINING.train_images, validation=IMAGES, seed=SPLIT_SEED)
    pixels = [torch.from_numpy(resized(part.pixels, TRAINING.resolution)) for part in (fitted, held_out)]
    labels = [torch.from_numpy(part.labels) for part in (fitted, held_out)]
    return pixels[0], labels[0], pixels[1], labels[1]


def trained(encoding: WeightEncoding) -> dict[str, Tensor]:
    torch.set_num_threads(1)
    pixels, labels, _, _ = images()
    network = network_of(8, 8, encoding)
    train(network, pixels, labels, settings=TRAINING, flip=True, seed=SEED)
    return network.state_dict()


def measure(task: tuple[WeightEncoding, dict[str, Tensor], int, int]) -> dict[str, Any]:
    encoding, weights, adc_bits, input_bits = task
    torch.set_num_threads(1)
    pixels, labels, scored, wanted = images()
    source, target = network_of(8, 8, encoding), network_of(adc_bits, input_bits, encoding)
    source.load_state_dict(weights)
    copy_weights(source, target)
    target.eval()
    target.calibrate(as_pixels(pixels[: TRAINING.calibration_images]))
    row: dict[str, Any] = {"encoding": encoding, "adc_bits": adc_bits, "input_bits": input_bits}
    for suffix in ("", "_fine_tuned"):
        if suffix:
            train(target, pixels, labels, settings=FINE_TUNE, flip=True, seed=SEED)
        calibrate_normalisation(target, pixels[:CALIBRATION_IMAGES])
        row[f"float{suffix}"] = plain_accuracy(target, scored, wanted)
        row[f"noise{suffix}"] = evaluate(target, scored, wanted)
        row[f"folded{suffix}"] = evaluate(target, scored, wanted, "folded")
        row[f"exact{suffix}"] = exact_accuracy(target, scored, wanted)
    row["standard_error"] = standard_error(row["exact_fine_tuned"], IMAGES)
    return row


def draw(table: pd.DataFrame, path: Path) -> None:
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(2, 2, figsize=(9, 6.6), sharey=True, layout="constrained")
        for row, (encoding, part) in zip(axes, table.groupby("encoding", sort=False), strict=True):
            for axis, (varied, fixed, value) in zip(
                row, (("adc_bits", "input_bits", 8), ("input_bits", "adc_bits", 6)), strict=True
            ):
                points = part[part[fixed] == value].sort_values(varied)
                for column, (colour, line, label) in LINES.items():
                    axis.plot(points[varied], 100 * points[column], line, color=colour, marker="o", ms=4, label=label)
                names = {"adc_bits": "ADC bits", "input_bits": "input bits"}
                axis.set(xlabel=names[varied], title=f"{encoding}, {value}-bit {names[fixed][:-5]}s")
            row[0].set_ylabel("accuracy, held-out images (%)")
        axes[0, 0].legend(frameon=False, fontsize=8, loc="lower right")
        foot(figure, f"cifar10 · one quarter-width VGG16 an encoding · preset xpert-rram · {IMAGES} images at 16 x 16")
        save(figure, path)


def main() -> None:
    out: Path = record.parser(__doc__).parse_args().out
    encodings: list[WeightEncoding] = [name for name in ENCODINGS if name != "reference_column"]
    began = time.monotonic()
    with ProcessPoolExecutor(usable_cores(), mp_context=get_context("spawn")) as pool:
        weights = list(pool.map(trained, encodings))
    pairs = zip(encodings, weights, strict=True)
    tasks = [(encoding, state, *bits) for encoding, state in pairs for bits in PRECISIONS]
    table = pd.DataFrame(record.side_by_side(measure, tasks, "precisions"))
    out.mkdir(parents=True, exist_ok=True)
    table.to_csv(out / "precision_curve.csv", index=False, float_format="%.6g")
    draw(table, out / "precision_curve.png")
    record.write_run(
        out,
        "benchmarks.accuracy.precision_curve",
        seconds=round(time.monotonic() - began),
        seed=SEED,
        training=TRAINING.model_dump(mode="json"),
        fine_tune=FINE_TUNE.model_dump(mode="json"),
    )
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
