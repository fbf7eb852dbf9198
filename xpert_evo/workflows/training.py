"""Full training of a design file on a data set by name: composes data, hardware preset and the training loop."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from xpert_evo.accuracy.audit import DEFAULT_AUDIT, Audit
from xpert_evo.accuracy.training.full import CURVES, EpochRow, held_out_split, train_design
from xpert_evo.accuracy.training.pace import Pace, Times
from xpert_evo.accuracy.training.recipes import recipe
from xpert_evo.analysis.training_curves import training_curves
from xpert_evo.data import dataset_info, load_test, load_train
from xpert_evo.design.designs import Design, load_designs, stack
from xpert_evo.design.encodings import WeightEncoding
from xpert_evo.errors import InputError
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.workflows.search import array_shape, device_spread, resolve_device, usable_cores
from xpert_evo.workflows.tensorboard import Board


class Shown(Protocol):
    """Shows a person what happens; see `image_progress`."""

    def begin(self, what: str, total: int) -> None: ...

    def add(self, images: int) -> None: ...

    def say(self, text: str) -> None: ...


def train_design_file(
    path: Path,
    dataset: str,
    out: Path,
    *,
    epochs: int | None = None,
    float_epochs: int | None = None,
    seed: int = 1,
    held_out: int | None = None,
    resume: bool = False,
    hardware: str = "xpert-rram",
    weight_encoding: WeightEncoding | None = None,
    cutout: int = 0,
    bfloat16: bool = False,
    device_variation: bool = False,
    audit: Audit = DEFAULT_AUDIT,
    device: str = "auto",
    threads: int | None = None,
    data_root: Path | None = None,
    download: bool = True,
    tensorboard: bool = False,
    shown: Shown,
) -> dict[str, Any]:
    """Trains the one design of a file, scores it once on the test images, and draws its curves.

    Args:
        epochs, float_epochs: in place of the data set's own; see `accuracy.recipes`.
        held_out: training images that only the curve is measured on, in place of a tenth of them.
        weight_encoding: in place of the hardware preset's own.
        cutout: side of the patch that hides a part of every training image, in pixels.
        bfloat16: compute training steps in it.
        device_variation: train with cells that vary as the hardware preset says.
        audit: how the trained network is tested.
        tensorboard: write event files into the folder as well.

    Returns:
        The content of `result.json`; see `accuracy.full_training.train_design`.

    Raises:
        InputError: file, data set, device or folder is wrong, or design and data set don't fit together.
    """
    design, info = one_design(path, dataset), dataset_info(dataset)
    if cutout >= info.image_size:
        raise InputError(f"--cutout {cutout}: {info.name}'s images have a side of {info.image_size}; less is wanted")
    chosen = resolve_device(device)
    chip = HardwareModel.from_preset(hardware, weight_encoding=weight_encoding)
    settings = recipe(
        dataset,
        epochs=epochs,
        float_epochs=float_epochs,
        cutout=cutout,
        bfloat16=bfloat16,
        device_variation=device_variation,
    )
    board = Board(out / "tensorboard") if tensorboard else None
    train = load_train(dataset, root=data_root, download=download, say=shown.say)
    test = load_test(dataset, root=data_root, download=download, say=shown.say)
    fitted, validation = (len(part) for part in held_out_split(train, seed, held_out))
    foretold: list[tuple[Times, float]] = []  # known when the training begins: its times, and seconds of the test

    def begin_epoch(number: int) -> None:
        fidelity = "float" if number <= settings.float_epochs else "noise"
        shown.begin(f"epoch {number} of {settings.epochs} ({fidelity})", fitted)

    def start(done: int, pace: Pace) -> None:
        shown.say(
            f"{fitted} images to train on, {validation} training images held out for the curve; the {len(test)} test "
            "images are looked at once, at the end"
        )
        times, test_seconds = Times(pace, settings, fitted, validation, done), pace.test(audit, len(test))
        foretold.append((times, test_seconds))
        shown.say(
            f"about {_span(times.foretold(done) + test_seconds)} on {chosen}, {_span(test_seconds)} of them for the "
            f"final test; {_sizes(design)}"
        )
        if board is not None:
            board.begin(done)
        begin_epoch(done + 1)

    def after_epoch(row: EpochRow) -> None:
        times, test_seconds = foretold[0]
        left = _span(times.left(row.epoch) + test_seconds)
        shown.say(
            f"epoch {row.epoch} of {settings.epochs}: training loss {row.train_loss:.3f}, validation accuracy "
            f"({row.fidelity}) {100 * row.validation_accuracy:.2f} %, about {left} left"
        )
        if board is not None:
            board.add(row)
        if row.epoch < settings.epochs:
            begin_epoch(row.epoch + 1)

    def test_images(more: int) -> None:
        if more == 0:
            shown.begin("final test, conversion by conversion", audit.passes(len(test)))
        shown.add(more)

    def draw() -> None:
        valid = f"{chip.name} · {chip.weight_encoding} weight encoding · {validation} held-out images · seed {seed}"
        title = f"{design.named().id} on {train.source.partition(',')[0]}"  # which may be a subset
        if (out / CURVES).exists():
            training_curves(out / CURVES, out / "curves.png", title=title, valid=valid)

    try:
        result = train_design(
            design,
            train,
            test,
            settings=settings,
            array=array_shape(chip),
            spread=device_spread(chip),
            flip=info.flip,
            out_dir=out,
            seed=seed,
            held_out=held_out,
            resume=resume,
            device=chosen,
            threads=threads or usable_cores(),
            audit=audit,
            on_start=start,
            on_images=shown.add,
            on_epoch=after_epoch,
            on_test_images=test_images,
        )
    except KeyboardInterrupt:
        draw()
        raise
    finally:
        if board is not None:
            board.close()
    draw()
    return result


def _span(seconds: float) -> timedelta:
    return timedelta(seconds=round(seconds))


def _sizes(design: Design) -> str:
    weights = int(stack([design]).parameters()[0])
    return (
        f"{weights / 1e6:.2f} million weights, so a checkpoint of {8 * weights / 1e6:.1f} MB and codes of "
        f"{weights / 1e6:.1f} MB"
    )


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
