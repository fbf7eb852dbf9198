"""Puts finished trainings into a folder of published ones: what is needed to audit them, in few bytes.

    python -m benchmarks.trained.publish TRAINING... --to FOLDER

A training's codes, curve and result go to FOLDER/NAME, NAME being its own folder's, with its design as design.json and
the picture of its curve in 256 colours. Checkpoints stay where they are. `table`, `against` and `solved_peripherals`
read what lies there.
"""

import argparse
import shutil
from pathlib import Path

from PIL import Image

from xpert_evo.accuracy.networks import checkpoints
from xpert_evo.accuracy.training.full import CODES, CURVES, RESULT
from xpert_evo.design.design import Design
from xpert_evo.design.design_files import save_design

PICTURE, DESIGN = "curves.png", "design.json"


def publish(training: Path, folder: Path) -> Path:
    """Copies one training; what is there already under its name is replaced. Returns where it lies.

    Raises:
        SystemExit: it isn't finished.
    """
    missing = [name for name in (RESULT, CODES, CURVES, PICTURE) if not (training / name).is_file()]
    if missing:
        raise SystemExit(f"{training}: no {missing[0]}; a finished training is wanted")
    to = folder / training.resolve().name
    to.mkdir(parents=True, exist_ok=True)
    for name in (RESULT, CODES, CURVES):
        shutil.copyfile(training / name, to / name)
    _, facts = checkpoints.read(training / CODES, "train again")
    save_design(Design.model_validate(facts["design"]), to / DESIGN)
    in_few_colours(training / PICTURE, to / PICTURE)
    return to


def in_few_colours(picture: Path, to: Path) -> None:
    """A plot needs no more than 256 colours, and has a third of the bytes."""
    with Image.open(picture) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(to, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trainings", type=Path, nargs="+", help="folders that `xpert-evo train --out` wrote")
    parser.add_argument("--to", type=Path, required=True, help="folder of published trainings")
    arguments = parser.parse_args()
    for training in arguments.trainings:
        print(publish(training, arguments.to))


if __name__ == "__main__":
    main()
