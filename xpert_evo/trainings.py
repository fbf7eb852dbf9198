"""Full training of a design file on a data set by name: composes data, hardware preset and the training loop."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from xpert_evo.accuracy.full_training import CURVES, train_design
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.analysis.plots import training_curve
from xpert_evo.data import dataset_info, load_test, load_train
from xpert_evo.design.designs import Design, load_designs
from xpert_evo.design.encodings import WeightEncoding
from xpert_evo.errors import InputError
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.runs import array_shape, device_spread, resolve_device, usable_cores


def train_design_file(
    path: Path,
    dataset: str,
    out: Path,
    *,
    epochs: int,
    seed: int = 1,
    resume: bool = False,
    hardware: str = "xpert-rram",
    weight_encoding: WeightEncoding | None = None,
    device_variation: bool = False,
    device: str = "auto",
    threads: int | None = None,
    data_root: Path | None = None,
    download: bool = True,
    say: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Trains the one design of a file and scores it once on the test images.

    Args:
        weight_encoding: in place of the hardware preset's own.
        device_variation: train with cells that vary as the hardware preset says.

    Returns:
        The content of `result.json`; see `accuracy.full_training.train_design`.

    Raises:
        InputError: file, data set, device or folder is wrong, or design and data set don't fit together.
    """
    design, info = one_design(path, dataset), dataset_info(dataset)
    chosen = resolve_device(device)
    chip = HardwareModel.from_preset(hardware, weight_encoding=weight_encoding)
    train = load_train(dataset, root=data_root, download=download, say=say)
    test = load_test(dataset, root=data_root, download=download, say=say)
    began: list[float] = []

    def progress(epoch: int, total: int, loss: float, accuracy: float) -> None:
        began.append(time.monotonic())
        left = "the next epoch tells the time left"
        if len(began) > 1:
            each = (began[-1] - began[0]) / (len(began) - 1)
            left = f"about {timedelta(seconds=round(each * (total - epoch)))} left"
        say(f"epoch {epoch} of {total}: loss {loss:.3f}, validation accuracy {100 * accuracy:.2f} %, {left}")

    say(f"{len(train)} training images, {epochs} epochs on {chosen}; the test images are scored once, at the end")
    result = train_design(
        design,
        train,
        test,
        settings=TrainingSettings(epochs=epochs, device_variation=device_variation),
        array=array_shape(chip),
        spread=device_spread(chip),
        flip=info.flip,
        out_dir=out,
        seed=seed,
        resume=resume,
        device=chosen,
        threads=threads or usable_cores(),
        on_progress=progress,
    )
    training_curve(out / CURVES, out / "curves.png", title=f"{result['design']} on {info.label}")
    return result


def one_design(path: Path, dataset: str) -> Design:
    """The one design of a file, for a data set.

    Raises:
        InputError: the file is wrong or holds several, the data set is unknown, or they don't fit together.
    """
    designs, info = load_designs(path), dataset_info(dataset)
    if len(designs) != 1:
        raise InputError(f"{path}: holds {len(designs)} designs; a file with one is wanted")
    design = designs[0]
    wanted = {"image.size": info.image_size, "image.channels": info.image_channels, "classes": info.classes}
    given = {"image.size": design.image.size, "image.channels": design.image.channels, "classes": design.classes}
    for key, value in wanted.items():
        if given[key] != value:
            raise InputError(f"{path}: {key}: {given[key]}, but {info.name} has {value}")
    return design
