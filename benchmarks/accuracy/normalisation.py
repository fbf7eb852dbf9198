"""What the digital normalisation behind the ADCs should be, on images that published networks were not trained on.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.accuracy.normalisation FOLDER... --out FOLDER

Of each network, a folder of `train` with codes, the training images that were held out are simulated
conversion by conversion, with its normalisation set in three ways on training images:

    clean    statistics of the exact outputs on clean training images, which the network has learned by heart
    running  those of the training: of augmented images, under noise, without what ADCs shift
    shifted  those of the training, moved and widened by what conversions do beyond noise, measured on clean images
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from benchmarks import record
from xpert_evo.accuracy.circuit.devices import cells_of
from xpert_evo.accuracy.circuit.quantizers import weight_scale
from xpert_evo.accuracy.networks import checkpoints, codes
from xpert_evo.accuracy.networks.convolution import convolution
from xpert_evo.accuracy.networks.imc_layers import CrossbarConv
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.training.full import held_out_split
from xpert_evo.data import load_train

RULES = ("clean", "running", "shifted")
CALIBRATION_IMAGES = 500
BATCH = 50
TINY = 1e-12


def set_normalisation(network: CrossbarNetwork, images: Tensor, rule: str) -> None:
    """Layer by layer, on training images, pixels in [0, 1]."""

    def converted(layer: CrossbarConv, x: Tensor, output_step: Tensor | float) -> Tensor:
        weight = layer.integer_weight()
        unit = weight_scale(layer.weight, layer.largest_weight) * layer.input_step
        cells = cells_of(weight, layer.weight_cells, layer.array.crossbar_size, torch.Generator())
        y = layer.converted(x, cells)
        mean, variance = y.mean(dim=(0, 2, 3)), y.var(dim=(0, 2, 3))
        if rule == "running":
            mean, variance = layer.running_mean, layer.running_var
        if rule == "shifted":
            ideal = convolution(x, weight * unit)
            noise = (unit.flatten() * layer.noise_sigma) ** 2
            mean = layer.running_mean + mean - ideal.mean(dim=(0, 2, 3))
            variance = layer.running_var * (variance + TINY) / (ideal.var(dim=(0, 2, 3)) + noise + TINY)
        layer.converted_mean, layer.converted_var = mean.clone(), variance.clone()
        return layer._normalised(y, output_step, layer.converted_mean, layer.converted_var)

    with torch.no_grad():
        network._through(images, converted)


@torch.no_grad()
def right(network: CrossbarNetwork, images: Tensor, labels: Tensor) -> np.ndarray:
    """Which images are classified rightly, conversion by conversion."""
    cells = [
        cells_of(layer.integer_weight(), layer.weight_cells, layer.array.crossbar_size, torch.Generator())
        for layer in network.crossbar_layers()
    ]
    batches = zip(images.split(BATCH), labels.split(BATCH), strict=True)
    answers = [network.exact(as_pixels(some), cells).argmax(dim=1) == wanted for some, wanted in batches]
    return torch.cat(answers).numpy()


def measure(folder: Path) -> list[dict[str, Any]]:
    """A row a rule."""
    result = json.loads((folder / "result.json").read_text())
    tensors, facts = checkpoints.read(folder / "codes.safetensors", "a trained network is wanted")
    network = codes.network_of_codes(tensors, facts)
    everything = load_train("cifar10", download=False)
    fitted, held_out = held_out_split(everything, int(result["seed"]), int(result["validation_images"]))
    calibration = as_pixels(torch.from_numpy(fitted.pixels[:CALIBRATION_IMAGES]))
    images, labels = torch.from_numpy(held_out.pixels), torch.from_numpy(held_out.labels)
    with torch.no_grad():
        noise = torch.cat([network(as_pixels(some)).argmax(dim=1) for some in images.split(BATCH)]) == labels
    rows: list[dict[str, Any]] = []
    found: dict[str, np.ndarray] = {}
    for rule in RULES:
        set_normalisation(network, calibration, rule)
        found[rule] = right(network, images, labels)
        gain = found[rule].astype(float) - found["clean"]
        rows.append(
            {
                "network": f"{folder.parent.name}/{folder.name}",
                "rule": rule,
                "images": len(labels),
                "noise": float(noise.float().mean()),
                "exact": float(found[rule].mean()),
                "over_clean": float(gain.mean()),
                "standard_error": float(gain.std(ddof=1) / np.sqrt(len(gain))),
            }
        )
        name, exact, over = (rows[-1][key] for key in ("network", "exact", "over_clean"))
        print(f"{name}, {rule}: {100 * exact:.1f} %, over clean {100 * over:+.1f} points", flush=True)
    return rows


def main() -> None:
    parser: argparse.ArgumentParser = record.parser(__doc__)
    parser.add_argument("networks", type=Path, nargs="+", help="folders of trained networks")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    out, began = arguments.out, time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    path = out / "normalisation.csv"
    done = pd.read_csv(path) if path.is_file() else pd.DataFrame({"network": []})
    for folder in arguments.networks:
        if f"{folder.parent.name}/{folder.name}" not in set(done["network"]):
            done = pd.concat([done, pd.DataFrame(measure(folder))], ignore_index=True)
            done.to_csv(path, index=False, float_format="%.6g")
    record.write_run(out, "benchmarks.accuracy.normalisation", seconds=round(time.monotonic() - began))


if __name__ == "__main__":
    main()
