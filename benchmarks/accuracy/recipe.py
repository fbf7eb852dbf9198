"""What a change of the full training's recipe is worth: one narrow network, trained once a change and seed.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.accuracy.recipe 'learning_rate=0.02' 'cutout=12 warmup=0.2' \
        --epochs 10 --seeds 1 2 --out FOLDER

A change is settings of `TrainingSettings` in place of the recipe's, parted by spaces; the empty one is the recipe
itself. The network is a homogeneous VGG16 of a quarter of the width with 4-bit ADCs, 4-bit inputs and differential
pairs. It learns 45,000 images of CIFAR-10; the other 5,000 training images are scored under the ADCs' noise. The test
images aren't looked at. Goes on where it was stopped: rows that `recipe.csv` has aren't measured again.
"""

import json
import time
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from benchmarks import record
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.scoring import evaluate
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training.full import held_out_split
from xpert_evo.accuracy.training.loop import train
from xpert_evo.accuracy.training.memory import keep_freed_memory
from xpert_evo.accuracy.training.recipes import recipe
from xpert_evo.data import dataset_info, load_train
from xpert_evo.design.design import homogeneous
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.crossbars import array_shape

HELD_OUT, SPLIT_SEED = 5000, 1
NAME, KEYS = "recipe.csv", ["change", "width", "epochs", "seed"]
CHIP = HardwareModel.from_preset(record.IDEAL_WIRES, "chip")


def settings_of(change: str, epochs: int) -> TrainingSettings:
    """The recipe with a change, e.g. "learning_rate=0.02 cutout=12"."""
    pairs = (part.partition("=") for part in change.split())
    changes = {key: json.loads(value) for key, _, value in pairs}
    return recipe("cifar10", {"epochs": epochs, "bfloat16": True, **changes})


def measure(task: tuple[str, float, int, int]) -> dict[str, Any]:
    """Trains one network; its curve is the mean loss of each epoch."""
    change, width, epochs, seed = task
    keep_freed_memory()
    torch.set_num_threads(1)
    settings, began = settings_of(change, epochs), time.monotonic()
    fitted, held_out = held_out_split(load_train("cifar10", download=False), SPLIT_SEED, HELD_OUT)
    design = homogeneous(width=width, column_sharing=8, adc_bits=4, input_bits=4)
    network = build_network(design, hardware=array_shape(CHIP), seed=seed)
    losses: list[float] = []
    train(
        network,
        torch.from_numpy(fitted.pixels),
        torch.from_numpy(fitted.labels),
        settings=settings,
        flip=dataset_info("cifar10").flip,
        seed=seed,
        on_epoch=lambda report, _: (losses.append(report.loss), print(change, report, flush=True)),
    )
    scored, wanted = torch.from_numpy(held_out.pixels), torch.from_numpy(held_out.labels)
    row = dict(zip(KEYS, task, strict=True))
    row |= {"noise": evaluate(network, scored, wanted), "last_loss": losses[-1]}
    return row | {"seconds": round(time.monotonic() - began)}


def main() -> None:
    parser = record.parser(__doc__)
    parser.add_argument("changes", nargs="+")
    parser.add_argument("--width", type=float, default=0.25)
    parser.add_argument("--epochs", type=int, nargs="+", default=[10])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    path: Path = arguments.out / NAME
    for epochs, seed, change in product(arguments.epochs, arguments.seeds, arguments.changes):
        done = pd.read_csv(path, keep_default_na=False) if path.exists() else pd.DataFrame(columns=KEYS)
        if (change, arguments.width, epochs, seed) in set(done[KEYS].itertuples(index=False, name=None)):
            continue
        row = measure((change, arguments.width, epochs, seed))
        print(row, flush=True)
        pd.DataFrame([row]).to_csv(path, mode="a", header=not path.exists(), index=False, float_format="%.6g")


if __name__ == "__main__":
    main()
