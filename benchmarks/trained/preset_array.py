"""Trained networks that chose an array of their own, put on the preset's: exact accuracy beside EDAP there.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.trained.preset_array FOLDER/NAME... --out FOLDER

`xpert-rram` has the array of XPert, crossbars of 64 x 64 cells and 64 a tile. No weight changes: the ADCs' ranges and
the normalisation behind them are set anew, column sharing and ADC types are those of least EDAP there. Test images
are simulated conversion by conversion. Rows that `preset-array.csv` has aren't measured again.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from benchmarks import record
from benchmarks.trained import table
from benchmarks.trained.against import answers, paired
from benchmarks.trained.solved_peripherals import solved
from xpert_evo.accuracy.audit import CALIBRATION_IMAGES, calibrate_normalisation, exactly_right
from xpert_evo.accuracy.networks import checkpoints, codes
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.scoring import standard_error
from xpert_evo.accuracy.training.full import held_out_split
from xpert_evo.data import load_test, load_train
from xpert_evo.design.design import Design
from xpert_evo.design.design_files import load_designs
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.switches import NETWORK_MODELS, NetworkModel
from xpert_evo.search.crossbars import array_shape

DATASET, NAME = "cifar10", "preset-array.csv"


def costs(design: Design, model: NetworkModel, encoding: Any) -> dict[str, float]:
    """How much better than the homogeneous VGG16 with flash ADCs, both on the preset's array."""
    hardware = HardwareModel.from_preset(table.PRESET, model, encoding)
    there = solved(design.model_copy(update={"array": None}), hardware)
    row = table.costs({"there": there}, encoding).iloc[0]
    return {f"{model}_{name}_gain": float(row[f"{model}_{name}_gain_over_flash"]) for name in table.GAINS}


def measure(folder: Path, images: int) -> dict[str, Any]:
    """A row of the table."""
    began, result = time.monotonic(), json.loads((folder / "result.json").read_text())
    design, encoding = load_designs(folder / "design.json")[0], result["array"]["weight_encoding"]
    fitted, _ = held_out_split(load_train(DATASET, download=False), result["seed"], result["validation_images"])
    tensors, facts = checkpoints.read(folder / "codes.safetensors", "a trained network is wanted")
    network = codes.network_of_codes(
        tensors, facts, array_shape(HardwareModel.from_preset(table.PRESET, "chip", encoding))
    )
    known = torch.from_numpy(fitted.pixels[:CALIBRATION_IMAGES])
    with torch.no_grad():
        network.calibrate(as_pixels(known))
    calibrate_normalisation(network, known)
    test = load_test(DATASET, download=False)
    pixels, labels = torch.from_numpy(test.pixels[:images]), torch.from_numpy(test.labels[:images])
    right = exactly_right(network, pixels, labels).numpy()
    over = paired(right, answers(folder.parent, folder.name, result)[: len(right)])
    return {
        "network": folder.name,
        "exact": float(right.mean()),
        "standard_error": standard_error(float(right.mean()), len(right)),
        "images": len(right),
        "over_own_array": over.mean,
        "over_standard_error": over.standard_error,
        **{name: value for model in NETWORK_MODELS for name, value in costs(design, model, encoding).items()},
        "seconds": round(time.monotonic() - began),
    }


def main() -> None:
    parser: argparse.ArgumentParser = record.parser(__doc__)
    parser.add_argument("networks", type=Path, nargs="+", help="folders of trained networks")
    parser.add_argument("--images", type=int, default=10_000, help="test images that are simulated")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / NAME
    found = pd.read_csv(path) if path.is_file() else pd.DataFrame(columns=["network"])
    for folder in arguments.networks:
        if folder.name not in set(found["network"]):
            row = pd.DataFrame([measure(folder, arguments.images)])
            found = pd.concat([found, row], ignore_index=True) if len(found) else row
            found.to_csv(path, index=False, float_format="%.6g")
    print(found.to_string(index=False))


if __name__ == "__main__":
    main()
