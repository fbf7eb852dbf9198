"""What ADC ranges set on more images and windows are worth to exact accuracy, on images that weren't trained on.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.accuracy.adc_ranges FOLDER --out FOLDER

Of a trained network, a folder of `train` that held out thousands of images, ranges are set anew from training images,
the normalisation behind the ADCs as in an audit, and the held-out images are simulated conversion by conversion, but
the 500 that `normalisation` spares. All settings are scored on the same images; differences are paired.
"""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from benchmarks import record
from benchmarks.accuracy.normalisation import CALIBRATION_IMAGES
from xpert_evo.accuracy.audit import calibrate_normalisation, exactly_right
from xpert_evo.accuracy.circuit import calibration
from xpert_evo.accuracy.networks import checkpoints, codes
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.scoring import classified_rightly
from xpert_evo.accuracy.training.full import held_out_split
from xpert_evo.data import load_train

SETTINGS = ((128, 320), (500, 320), (500, 1280), (1000, 4000))  # images and windows of a layer; the first is the rule


def measure(folder: Path) -> pd.DataFrame:
    """A row a setting."""
    result = json.loads((folder / "result.json").read_text())
    everything = load_train("cifar10", download=False)
    fitted, held_out = held_out_split(everything, int(result["seed"]), int(result["validation_images"]))
    images, labels = (torch.from_numpy(part[CALIBRATION_IMAGES:]) for part in (held_out.pixels, held_out.labels))
    rows: list[dict[str, Any]] = []
    rule = np.empty(0)
    for count, windows in SETTINGS:
        network = codes.network_of_codes(*checkpoints.read(folder / "codes.safetensors", "a trained network is wanted"))
        calibration.WINDOWS = windows
        network.calibrate(as_pixels(torch.from_numpy(fitted.pixels[:count])))
        calibrate_normalisation(network, torch.from_numpy(fitted.pixels[:CALIBRATION_IMAGES]))
        noise, exact = (score(network, images, labels).float() for score in (classified_rightly, exactly_right))
        rule = exact.numpy() if not rows else rule
        gain = exact.numpy() - rule
        rows.append(
            {
                "images": count,
                "windows": windows,
                "scored": len(labels),
                "noise": float(noise.mean()),
                "exact": float(exact.mean()),
                "over_rule": float(gain.mean()),
                "standard_error": float(gain.std(ddof=1) / np.sqrt(len(gain))),
            }
        )
        print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def main() -> None:
    parser = record.parser(__doc__)
    parser.add_argument("network", type=Path, help="folder of a trained network")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    began = time.monotonic()
    arguments.out.mkdir(parents=True, exist_ok=True)
    measure(arguments.network).to_csv(arguments.out / "adc_ranges.csv", index=False, float_format="%.6g")
    record.write_run(arguments.out, "benchmarks.accuracy.adc_ranges", seconds=round(time.monotonic() - began))


if __name__ == "__main__":
    main()
