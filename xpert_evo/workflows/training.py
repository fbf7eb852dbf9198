"""Full training of a design file on a data set by name: composes data, hardware preset and the training loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xpert_evo.accuracy.audit import DEFAULT_AUDIT, Audit
from xpert_evo.accuracy.training.full import CURVES, FullTraining, held_out_split, train_design
from xpert_evo.accuracy.training.recipes import recipe
from xpert_evo.analysis.training_curves import training_curves
from xpert_evo.data import DatasetInfo, ImageSettings, ImageSource, dataset_info, image_settings
from xpert_evo.data.listener import NOBODY, ImageListener
from xpert_evo.data.own_images import is_own
from xpert_evo.design.design import Design
from xpert_evo.design.design_files import load_designs
from xpert_evo.design.designs import stack
from xpert_evo.errors import InputError
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.crossbars import array_shape, device_spread
from xpert_evo.search.records.run_lock import alone_in
from xpert_evo.workflows.problem import HardwareSettings
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.shown_training import Shown, ShownTraining, Sizes
from xpert_evo.workflows.tensorboard import Board


@dataclass(frozen=True)
class TrainingOptions:
    """How a design file is trained and tested.

    Attributes:
        changes: keys of `TrainingSettings` in place of the data set's recipe; None leaves what is.
        seed: see `accuracy.training.full.FullTraining`, also for `held_out` and `audit`.
        hardware: the chip that it is trained for.
        tensorboard: write event files into the folder as well.
        flip: whether mirrored images of the user's own are of the same class.
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 1
    held_out: int | None = None
    hardware: HardwareSettings = HardwareSettings()
    audit: Audit = DEFAULT_AUDIT
    tensorboard: bool = False
    flip: bool = False


def train_design_file(
    path: Path,
    dataset: str,
    out: Path,
    *,
    shown: Shown,
    options: TrainingOptions = TrainingOptions(),
    resume: bool = False,
    resources: Resources = Resources(),
    images: ImageSource = ImageSource(),
) -> dict[str, Any]:
    """Trains the one design of a file, scores it once on the test images, and draws its curves.

    Returns:
        The content of `result.json`; see `accuracy.training.full.train_design`.

    Raises:
        InputError: file, data set, device or folder is wrong, or design and data set don't fit together.
    """
    chip = options.hardware.load()
    design, info, own = design_for(path, dataset, chip, shown, flip=options.flip)
    settings = recipe(dataset, options.changes, image_size=info.image_size)
    if settings.cutout >= info.image_size:
        raise InputError(
            f"--cutout {settings.cutout}: {info.name}'s images have a side of {info.image_size}; less is wanted"
        )
    with alone_in(out):
        board = Board(out / "tensorboard") if options.tensorboard else None
        train, test = (part(dataset, own=own, listener=shown) for part in (images.train, images.test))
        fitted, validation = (len(part) for part in held_out_split(train, options.seed, options.held_out))
        training = FullTraining(
            settings=settings,
            array=array_shape(chip),
            spread=device_spread(chip),
            flip=info.flip,
            seed=options.seed,
            held_out=options.held_out,
            audit=options.audit,
        )

        def draw() -> None:
            valid = f"{chip.name} · {chip.weight_encoding} weight encoding · {validation} held-out images · "
            title = f"{design.named().id} on {train.source.partition(',')[0]}"  # which may be a subset
            if (out / CURVES).exists():
                training_curves(out / CURVES, out / "curves.png", title=title, valid=f"{valid}seed {options.seed}")

        sizes = Sizes(fitted, validation, len(test), int(stack([design]).parameters()[0]))
        try:
            result = train_design(
                design,
                train,
                test,
                training,
                out_dir=out,
                resume=resume,
                compute=resources.compute,
                listener=ShownTraining(shown, board, training, sizes, resources.device),
            )
        except KeyboardInterrupt:
            draw()
            raise
        finally:
            if board is not None:
                board.close()
        draw()
        return result


def design_for(
    path: Path, dataset: str, chip: HardwareModel, listener: ImageListener = NOBODY, *, flip: bool = False
) -> tuple[Design, DatasetInfo, ImageSettings | None]:
    """The one design of a file, for a data set and a chip, the data set's facts, and how images of the user's own are
    read.

    Args:
        listener: hears how images of the user's own are read.
        flip: whether mirrored images of the user's own, which are resized as the design wants, are of the same class.

    Raises:
        InputError: the file is wrong or holds several, the data set is unknown, they don't fit together, or the chip
            hasn't the design's ADCs.
    """
    designs = load_designs(path)
    if len(designs) != 1:
        raise InputError(f"{path}: holds {len(designs)} designs; a file with one is wanted")
    design = designs[0]
    size = ImageSettings(size=design.image.size, flip=flip)
    own = image_settings(dataset, size, listener) if is_own(dataset) else None
    info = dataset_info(dataset, own)
    wanted = {"image.size": info.image_size, "image.channels": info.image_channels, "classes": info.classes}
    given = {"image.size": design.image.size, "image.channels": design.image.channels, "classes": design.classes}
    for key, value in wanted.items():
        if given[key] != value:
            raise InputError(f"{path}: {key}: {given[key]}, but {info.name} has {value}")
    for number, layer in enumerate(design.layers, start=1):
        fault = chip.preset.adc_fault(layer.adc_type, layer.adc_bits)
        if fault:
            raise InputError(f"{path}: layer {number}, {fault}")
    return design, info, own
