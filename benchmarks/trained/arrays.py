"""Trained networks on other crossbars, devices and with fewer bits a weight: exact accuracy beside EDAP.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.trained.arrays FOLDER... --out FOLDER

Every network, a folder of `train` with codes and a result, is put on crossbars of 64, 128 and 256 rows whose wires
resist: as it was trained, with 8-bit weights, and with 5-bit weights, fine-tuned for three epochs on its own training
images, on 64 rows or on 256; cells have 6 or 100 kilo-ohm. Test images are simulated conversion by
conversion; EDAP is that of the sharing, ADC types and crossbars a tile that suit each case best. What was fine-tuned is
kept as design and codes, for `audit`. Goes on where it was stopped: cases in `accuracies.csv` aren't measured again;
`arrays.csv` has costs too.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pandas as pd
import torch

from benchmarks import record
from benchmarks.trained.against import answers, paired
from benchmarks.trained.arrays_picture import draw
from benchmarks.trained.solved_peripherals import EDAP, solved
from benchmarks.trained.table import called
from xpert_evo.accuracy.audit import CALIBRATION_IMAGES, calibrate_normalisation, exactly_right
from xpert_evo.accuracy.networks import checkpoints, codes
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.scoring import classified_rightly
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training.full import held_out_split
from xpert_evo.accuracy.training.loop import train
from xpert_evo.data import Images, dataset_info, load_test, load_train
from xpert_evo.design.choices import ArrayChoices
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.design.design_files import load_designs, save_design
from xpert_evo.design.designs import stack
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.preset import load_preset
from xpert_evo.search.crossbars import array_shape

DATASET, SEED = "cifar10", 1
DEVICES, ROWS, TILES = ("xpert-rram", "rram-100k"), (64, 128, 256), (4, 16, 64)
FINE_TUNING = {"epochs": 3, "float_epochs": 0, "learning_rate": 0.01}  # a fifth of the rate of trainings
EXACT_IMAGES = 1000
NAME, COSTS = "accuracies.csv", "arrays.csv"
TileSums = Literal["free", "moved"]
SUMS: dict[TileSums, str] = {"free": "", "moved": "_sums_moved"}  # what columns' names end in


class Case(NamedTuple):
    """A network, by its folder, on an array; `tuned_rows` of the array that it was fine-tuned on, 0: it wasn't."""

    network: str
    weight_bits: int
    tuned_rows: int
    device: str
    rows: int


def cases_of(folder: Path) -> list[Case]:
    """Of one network."""
    plans = [(8, 0, DEVICES[0], rows) for rows in ROWS]
    plans += [(5, ROWS[0], device, rows) for device in DEVICES for rows in ROWS]
    plans.append((5, ROWS[-1], DEVICES[0], ROWS[-1]))
    return [Case(str(folder), *plan) for plan in plans]


def with_weight_bits(design: Design, bits: int) -> Design:
    """The same network with weights of so many bits everywhere."""
    layers = tuple(layer.model_copy(update={"weight_bits": bits}) for layer in design.layers)
    return design.model_copy(update={"layers": layers})


def chip(device: str, tile_sums: TileSums = "free") -> HardwareModel:
    """With cells of a device; see `hardware.switches` for tiles' sums."""
    preset = load_preset(device, "chip", "differential")
    switches = preset.switches.model_copy(update={"tile_sums": tile_sums})
    return HardwareModel(preset.model_copy(update={"switches": switches}))


def cheapest(design: Design, case: Case, tile_sums: TileSums = "free") -> Design:
    """A network with the case's weights on its array, the sharing, ADC types and crossbars a tile of lowest EDAP."""
    array = ArrayChoices(crossbar_size=(case.rows,), crossbars_per_tile=TILES)
    return solved(with_weight_bits(design, case.weight_bits), chip(case.device, tile_sums), array)


def costs(design: Design, case: Case) -> dict[str, Any]:
    """What the cheapest costs, and how much better that is than the homogeneous VGG16 with flash ADCs.

    That has 8-bit weights in cells of 6 kilo-ohm, on the preset's 64 x 64 crossbars, whatever the device. Both with
    tiles' sums free and moved.
    """
    found: dict[str, Any] = {}
    for tile_sums, name in SUMS.items():
        baseline = chip(DEVICES[0], tile_sums).evaluate(stack([homogeneous()]))
        best = cheapest(design, case, tile_sums)
        metrics = chip(case.device, tile_sums).evaluate(stack([best]))
        assert best.array is not None
        found |= {
            f"crossbars_per_tile{name}": best.array.crossbars_per_tile,
            f"{EDAP}{name}": float(metrics.edap_pj_ns_um2[0]),
            f"edap_gain{name}": float(baseline.edap_pj_ns_um2[0] / metrics.edap_pj_ns_um2[0]),
            f"tops_per_w_gain{name}": float(metrics.tops_per_w[0] / baseline.tops_per_w[0]),
            f"tops_per_mm2_gain{name}": float(metrics.tops_per_mm2[0] / baseline.tops_per_mm2[0]),
        }
    return found


def fine_tuned(folder: Path, case: Case, kept: Path, fitted: Images, settings: TrainingSettings) -> None:
    """Writes the network with the case's weights, trained further on the array that it is to be tuned on."""
    tensors, facts = checkpoints.read(folder / "codes.safetensors", "a trained network is wanted")
    hardware = chip(DEVICES[0])
    shape = array_shape(hardware).model_copy(update={"crossbar_size": case.tuned_rows})
    network = codes.network_of_codes(tensors, facts, shape)
    for layer in network.crossbar_layers():
        layer.hold_weights_of(case.weight_bits)
    images, labels = torch.from_numpy(fitted.pixels), torch.from_numpy(fitted.labels)
    flip = dataset_info(DATASET).flip
    train(network, images, labels, settings=settings.model_copy(update=FINE_TUNING), flip=flip, seed=SEED)
    with torch.no_grad():
        codes.round_to_codes(network)
        network.calibrate(as_pixels(images[:CALIBRATION_IMAGES]))
    calibrate_normalisation(network, images[:CALIBRATION_IMAGES])
    there = case._replace(device=DEVICES[0], rows=case.tuned_rows)
    design = cheapest(load_designs(folder / "design.json")[0], there).named()
    kept.mkdir(parents=True)
    save_design(design, kept / "design.json")
    codes.save_codes(network, kept / "codes.safetensors", design=design, array=array_shape(hardware), seed=SEED)


def measure(case: Case, out: Path) -> dict[str, Any]:
    """A row of the table; what was fine-tuned is kept in a folder of its own."""
    began, folder = time.monotonic(), Path(case.network)
    result = json.loads((folder / "result.json").read_text())
    fitted, _ = held_out_split(load_train(DATASET, download=False), result["seed"], result["validation_images"])
    source = folder
    if case.tuned_rows:
        source = out / f"{folder.name}-{case.weight_bits}-bits-{case.tuned_rows}-rows"
        if not source.is_dir():
            fine_tuned(folder, case, source, fitted, TrainingSettings.model_validate(result["settings"]))
    tensors, facts = checkpoints.read(source / "codes.safetensors", "a trained network is wanted")
    shape = array_shape(chip(case.device)).model_copy(update={"crossbar_size": case.rows})
    network = codes.network_of_codes(tensors, facts, shape)
    known = torch.from_numpy(fitted.pixels[:CALIBRATION_IMAGES])
    with torch.no_grad():
        network.calibrate(as_pixels(known))
    calibrate_normalisation(network, known)
    test = load_test(DATASET, download=False)
    images, labels = torch.from_numpy(test.pixels), torch.from_numpy(test.labels)
    noise = classified_rightly(network, images, labels)
    exact = exactly_right(network, images[:EXACT_IMAGES], labels[:EXACT_IMAGES]).numpy()
    published = answers(folder.parent, folder.name, result)
    over = paired(exact, published[:EXACT_IMAGES])
    return {
        **case._asdict(),
        "network": folder.name,
        "noise": float(noise.float().mean()),
        "exact": float(exact.mean()),
        "published": float(published[:EXACT_IMAGES].mean()),
        "over_published": over.mean,
        "standard_error": over.standard_error,
        "exact_images": EXACT_IMAGES,
        "seconds": round(time.monotonic() - began),
    }


def with_costs(table: pd.DataFrame, folders: list[Path]) -> pd.DataFrame:
    """What was measured, and what each case costs."""
    designs = {folder.name: load_designs(folder / "design.json")[0] for folder in folders}
    cases = [Case(*row) for row in table[list(Case._fields)].itertuples(index=False)]
    return table.join(pd.DataFrame([costs(designs[case.network], case) for case in cases], index=table.index))


def main() -> None:
    parser: argparse.ArgumentParser = record.parser(__doc__)
    parser.add_argument("networks", type=Path, nargs="+", help="folders of trained networks")
    arguments = parser.parse_args()
    out, began = arguments.out, time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    path = out / NAME
    done = pd.read_csv(path) if path.is_file() else pd.DataFrame(columns=Case._fields)
    known = set(done[list(Case._fields)].itertuples(index=False, name=None))
    cases = [case for folder in arguments.networks for case in cases_of(folder)]
    rest = [case for case in cases if case._replace(network=Path(case.network).name) not in known]
    for number, case in enumerate(rest, start=1):
        row = measure(case, out)
        done = pd.concat([done, pd.DataFrame([row])], ignore_index=True) if len(done) else pd.DataFrame([row])
        done.to_csv(path, index=False, float_format="%.6g")
        said = ", ".join(map(str, case._replace(network=row["network"])))
        print(f"{number} of {len(rest)}: {said}: {100 * row['exact']:.1f} %", flush=True)
    table = with_costs(done, arguments.networks)
    table.to_csv(out / COSTS, index=False, float_format="%.6g")
    names = {folder.name: called(folder.name, load_designs(folder / "design.json")[0]) for folder in arguments.networks}
    valid = (
        f"{DATASET}, first {EXACT_IMAGES:,} test images \u00b7 chip, differential \u00b7 numbers: rows of a crossbar"
    )
    draw(table, names, out / "arrays.png", valid)
    record.write_run(out, "benchmarks.trained.arrays", seconds=round(time.monotonic() - began), seed=SEED)


if __name__ == "__main__":
    main()
