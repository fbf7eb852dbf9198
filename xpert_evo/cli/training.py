"""The commands `train` and `audit`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from xpert_evo.cli.consoles import detail, error_console, loading, print_sentences, tell
from xpert_evo.cli.image_progress import ImageProgress
from xpert_evo.cli.options import (
    EXIT_INTERRUPTED,
    Csv,
    DataRoot,
    Dataset,
    Device,
    Hardware,
    Json,
    NoDownload,
    WeightEncodingOption,
)
from xpert_evo.cli.written import CsvFile
from xpert_evo.files import read_json

DESIGN_FILE = "a design file (JSON)"

DesignFile = Annotated[Path, typer.Argument(help="Design file with one design.")]
Threads = Annotated[int | None, typer.Option(help="Threads; by default all cores.", min=1)]
Images = Annotated[
    int | None, typer.Option(help="Test images that are simulated exactly on ideal devices; by default all.", min=2)
]
Chips = Annotated[int, typer.Option(help="Chips with deviating devices, beside an ideal one.", min=0)]
CalibrateChips = Annotated[
    bool,
    typer.Option("--calibrate-chips", help="Normalise each of them by its own outputs on 500 training images."),
]
ChipImages = Annotated[int, typer.Option(help="Test images that are simulated on each of them.", min=2)]


def train(
    design: DesignFile,
    dataset: Dataset,
    out: Annotated[Path, typer.Option(help="Folder of the training.")],
    epochs: Annotated[int | None, typer.Option(help="Epochs; by default the data set's own.", min=1)] = None,
    float_epochs: Annotated[
        int | None,
        typer.Option(help="First epochs, without quantisation, noise and ADCs; by default two thirds of them.", min=0),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the training in the folder.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the training.", min=0)] = 1,
    held_out: Annotated[
        int | None,
        typer.Option(help="Training images that only the curve is measured on; by default a tenth of them.", min=1),
    ] = None,
    hardware: Hardware = "xpert-rram",
    weight_encoding: WeightEncodingOption = None,
    cutout: Annotated[
        int,
        typer.Option(help="Side of a patch that hides a part of every training image, in pixels.", min=0),
    ] = 0,
    flip: Annotated[
        bool,
        typer.Option("--flip", help="Mirror half of the images; of your own: others' are known to allow it or not."),
    ] = False,
    bfloat16: Annotated[
        bool,
        typer.Option("--bfloat16", help="Compute training steps in bfloat16 where the processor can, which is faster."),
    ] = False,
    device_variation: Annotated[
        bool, typer.Option("--device-variation", help="Train for cells that vary as the preset says.")
    ] = False,
    images: Images = None,
    chips: Chips = 5,
    chip_images: ChipImages = 2000,
    calibrate_chips: CalibrateChips = False,
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Write event files for TensorBoard too.")] = False,
    device: Device = "auto",
    threads: Threads = None,
    data: DataRoot = None,
    no_download: NoDownload = False,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Train a design in full, with the ADC model in the loop, and score it once on the test set.

    The folder's result.json holds what is printed, its curves.csv a row an epoch.
    """
    read_json(design, DESIGN_FILE)  # what is wrong with it at first sight is told at once
    with loading(("torch",), f"training of {design} on {dataset}: loading PyTorch, then timing a few steps"):
        from xpert_evo.accuracy.audit import Audit
        from xpert_evo.accuracy.training.full import CHECKPOINT
        from xpert_evo.data import ImageSource
        from xpert_evo.workflows.problem import HardwareSettings
        from xpert_evo.workflows.resources import Resources
        from xpert_evo.workflows.training import TrainingOptions, train_design_file

    shown = ImageProgress(error_console())
    options = TrainingOptions(
        changes={
            "epochs": epochs,
            "float_epochs": float_epochs,
            "cutout": cutout,
            "bfloat16": bfloat16,
            "device_variation": device_variation,
        },
        seed=seed,
        held_out=held_out,
        hardware=HardwareSettings(preset=hardware, weight_encoding=weight_encoding),
        audit=Audit(images=images, chips=chips, chip_images=chip_images, calibrate_chips=calibrate_chips),
        tensorboard=tensorboard,
        flip=flip,
    )
    detail(f"{options}")
    try:
        result = train_design_file(
            design,
            dataset,
            out,
            options=options,
            resume=resume,
            resources=Resources.for_one_network(device, threads),
            images=ImageSource(data, not no_download),
            shown=shown,
        )
    except KeyboardInterrupt:
        shown.close()
        if (out / CHECKPOINT).exists():
            tell(f"interrupted; finished epochs are kept, continue with the same command and --resume ({out})")
        else:
            tell("interrupted before the first epoch's end; nothing is kept, the same command begins again")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    finally:
        shown.close()
    _show(result, as_json, csv)
    shown.say(f"Checkpoint, codes, curves and result.json are in {out}")


def audit(
    design: DesignFile,
    weights: Annotated[Path, typer.Option(help="What its training wrote: checkpoint or codes.")],
    dataset: Dataset,
    images: Images = None,
    chips: Chips = 5,
    chip_images: ChipImages = 2000,
    calibrate_chips: CalibrateChips = False,
    seed: Annotated[int, typer.Option(help="Seed of the first chip.", min=0)] = 1,
    hardware: Hardware = "xpert-rram",
    weight_encoding: WeightEncodingOption = None,
    device: Device = "auto",
    threads: Threads = None,
    data: DataRoot = None,
    no_download: NoDownload = False,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Simulate every ADC conversion of a trained design, on ideal devices and on chips whose devices deviate."""
    read_json(design, DESIGN_FILE)
    with loading(("torch",), f"audit of {design} on {dataset}: loading PyTorch, the weights and the images"):
        from xpert_evo.accuracy.audit import Audit
        from xpert_evo.data import ImageSource
        from xpert_evo.workflows.audit import audit_design_file
        from xpert_evo.workflows.problem import HardwareSettings
        from xpert_evo.workflows.resources import Resources

    shown = ImageProgress(error_console())
    try:
        result = audit_design_file(
            design,
            weights,
            dataset,
            audit=Audit(
                images=images, chips=chips, chip_images=chip_images, seed=seed, calibrate_chips=calibrate_chips
            ),
            hardware=HardwareSettings(preset=hardware, weight_encoding=weight_encoding),
            resources=Resources.for_one_network(device, threads),
            images=ImageSource(data, not no_download),
            shown=shown,
        )
    except KeyboardInterrupt:
        shown.close()
        tell("interrupted; nothing of an audit is kept")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    finally:
        shown.close()
    _show(result, as_json, csv)


def _show(result: dict[str, Any], as_json: bool, csv: Path | None) -> None:
    if csv is not None:
        import pandas as pd

        row = {name: json.dumps(value) if isinstance(value, list) else value for name, value in result.items()}
        with CsvFile(csv) as file:
            file.add(pd.json_normalize(row))
    if as_json:
        print(json.dumps(result, indent=1))
    elif csv is None:
        print_sentences(_sentences(result))


def _sentences(result: dict[str, Any]) -> Iterator[str]:
    kinds = {
        "float": "floating point",
        "noise": "quantised, under the ADCs' noise",
        "exact": "every conversion simulated",
        "chips_mean": "the same, mean of the chips",
    }
    if result.get("chips_calibrated"):
        kinds["chips_mean"] = "the same, mean of the chips, each normalised by its own outputs"
    for kind, meaning in kinds.items():
        if f"{kind}_accuracy" in result:
            name = kind.removesuffix("_mean")
            yield (
                f"{meaning}: {100 * result[f'{kind}_accuracy']:.2f} +- {100 * result[f'{name}_standard_error']:.2f} % "
                f"({result[f'{name}_images']} test images)"
            )
    if "chips_accuracies" in result:
        count = len(result["chips_accuracies"])
        yield (
            f"{count} chip{'s' if count > 1 else ''}: deviation {100 * result['chips_deviation']:.2f} points, "
            f"worst {100 * result['chips_worst_accuracy']:.2f} %"
        )
    if "energy_pj_measured_activity" in result:
        yield (
            f"energy: {result['energy_pj_measured_activity'] * 1e-6:.5g} µJ with its own activity, "
            f"{result['energy_pj_default_activity'] * 1e-6:.5g} µJ with the default one"
        )
