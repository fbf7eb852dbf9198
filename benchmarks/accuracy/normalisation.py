"""What the digital normalisation behind the ADCs should be, on images that published networks were not trained on.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.accuracy.normalisation FOLDER... --out FOLDER

Of each network, a folder of `train` with codes, the training images that were held out are simulated
conversion by conversion, with its normalisation set in several ways:

    clean      statistics of the exact outputs on clean training images, which the network has learned by heart
    augmented  the same of training images as the training saw them: cropped, mirrored, a patch hidden
    unseen     the same of clean images that were held out; where there are thousands, and the rest of them is scored
    running    those of the training: of augmented images, under noise, without what ADCs shift
    shifted    those of the training, moved and widened by what conversions do beyond noise, measured on clean images

All rules are scored on the same images; differences are paired.
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
from xpert_evo.accuracy.circuit.quantizers import weight_scale
from xpert_evo.accuracy.networks import checkpoints, codes
from xpert_evo.accuracy.networks.convolution import convolution
from xpert_evo.accuracy.networks.imc_layers import CrossbarConv
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.training.batches import augmented
from xpert_evo.accuracy.training.full import held_out_split
from xpert_evo.data import dataset_info, load_train

RULES = ("clean", "augmented", "unseen", "running", "shifted")
CALIBRATION_IMAGES = 500
LEAST_UNSEEN = 2000  # held-out images of which some can be spared
BATCH = 50
TINY = 1e-12


def set_normalisation(network: CrossbarNetwork, images: Tensor, rule: str) -> None:
    """Layer by layer, on training images, pixels in [0, 1]."""

    def converted(layer: CrossbarConv, x: Tensor, output_step: Tensor | float) -> Tensor:
        unit = weight_scale(layer.weight, layer.largest_weight) * layer.input_step
        y = layer.converted(x, layer.cells(torch.Generator()))
        mean, variance = y.mean(dim=(0, 2, 3)), y.var(dim=(0, 2, 3))
        if rule == "running":
            mean, variance = layer.running_mean, layer.running_var
        if rule == "shifted":
            ideal = convolution(x, layer.integer_weight() * unit)
            noise = (unit.flatten() * layer.noise_sigma) ** 2
            mean = layer.running_mean + mean - ideal.mean(dim=(0, 2, 3))
            variance = layer.running_var * (variance + TINY) / (ideal.var(dim=(0, 2, 3)) + noise + TINY)
        layer.converted_mean, layer.converted_var = mean.clone(), variance.clone()
        return layer._normalised(y, output_step, layer.converted_mean, layer.converted_var)

    with torch.no_grad():
        network._through(images, converted)


def as_trained(images: Tensor, settings: dict[str, Any]) -> Tensor:
    """Images as a training with these settings sees them, of CIFAR-10, pixels in [0, 1]."""
    generator = torch.Generator().manual_seed(0)
    patch = settings.get("cutout", 0)
    how = {"padding": settings["crop_padding"], "flip": dataset_info("cifar10").flip, "cutout": patch}
    return augmented(images.permute(0, 2, 3, 1).contiguous(), torch.arange(len(images)), **how, generator=generator)


@torch.no_grad()
def right(network: CrossbarNetwork, images: Tensor, labels: Tensor) -> np.ndarray:
    """Which images are classified rightly, conversion by conversion."""
    cells = [layer.cells(torch.Generator()) for layer in network.crossbar_layers()]
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
    first, spared = fitted.pixels[:CALIBRATION_IMAGES], CALIBRATION_IMAGES if len(held_out) >= LEAST_UNSEEN else 0
    calibration = dict.fromkeys(RULES, as_pixels(torch.from_numpy(first)))
    calibration["augmented"] = as_trained(torch.from_numpy(first), result["settings"])
    calibration["unseen"] = as_pixels(torch.from_numpy(held_out.pixels[:spared]))
    images, labels = torch.from_numpy(held_out.pixels[spared:]), torch.from_numpy(held_out.labels[spared:])
    with torch.no_grad():
        noise = torch.cat([network(as_pixels(some)).argmax(dim=1) for some in images.split(BATCH)]) == labels
    rows: list[dict[str, Any]] = []
    found: dict[str, np.ndarray] = {}
    for rule in [rule for rule in RULES if len(calibration[rule])]:
        set_normalisation(network, calibration[rule], rule)
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
