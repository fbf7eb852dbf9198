"""Trained networks on other crossbars, devices and with fewer bits a weight: exact accuracy beside EDAP.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.trained.arrays FOLDER... --out FOLDER

Every network, a folder of `train` with codes and a result, is put on crossbars of 64, 128 and 256 rows whose wires
resist, with cells of 6 and of 100 kilo-ohm: as it was trained, with 8-bit weights; and with 5-bit weights, fine-tuned
for an epoch on its own training images. Test images are simulated conversion by conversion; EDAP is that of the
sharing, ADC types and crossbars a tile that suit each case best. What was fine-tuned is kept as design and codes, for
`audit`. Goes on where it was stopped: cases that `arrays.csv` has aren't measured again.
"""

import argparse
import itertools
import json
import time
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import torch

from benchmarks import record
from benchmarks.trained.against import answers, paired
from benchmarks.trained.solved_peripherals import EDAP, solved
from xpert_evo.accuracy.audit import CALIBRATION_IMAGES, calibrate_normalisation, exactly_right
from xpert_evo.accuracy.networks import checkpoints, codes
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.scoring import classified_rightly
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training.full import held_out_split
from xpert_evo.accuracy.training.loop import train
from xpert_evo.data import Images, dataset_info, load_test, load_train
from xpert_evo.design.choices import ArrayChoices
from xpert_evo.design.designs import Design, homogeneous, load_designs, save_design, stack
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.crossbars import array_shape

DATASET, SEED = "cifar10", 1
DEVICES, ROWS, TILES = ("xpert-rram", "rram-100k"), (64, 128, 256), (4, 16, 64)
PRECISIONS = {8: 0, 5: 1}  # bits a weight: epochs of fine-tuning
LEARNING_RATE = 0.01  # peak of an epoch's schedule, a fifth of that of trainings
EXACT_IMAGES = 1000
NAME = "arrays.csv"


class Case(NamedTuple):
    """A network, by its folder, on an array."""

    network: str
    device: str
    rows: int
    weight_bits: int


def with_weight_bits(design: Design, bits: int) -> Design:
    """The same network with weights of so many bits everywhere."""
    layers = tuple(layer.model_copy(update={"weight_bits": bits}) for layer in design.layers)
    return design.model_copy(update={"layers": layers})


def chip(device: str) -> HardwareModel:
    """With cells of a device."""
    return HardwareModel.from_preset(device, "chip", "differential")


def cheapest(folder: Path, case: Case) -> Design:
    """The network with the case's weights on its array, the sharing, ADC types and crossbars a tile of lowest EDAP."""
    design = with_weight_bits(load_designs(folder / "design.json")[0], case.weight_bits)
    return solved(design, chip(case.device), ArrayChoices(crossbar_size=(case.rows,), crossbars_per_tile=TILES))


def costs(design: Design, device: str) -> dict[str, Any]:
    """What a design costs, and how much better that is than the homogeneous VGG16 with flash ADCs.

    That has 8-bit weights in cells of 6 kilo-ohm, on the preset's 64 x 64 crossbars, whatever the device.
    """
    baseline = chip(DEVICES[0]).evaluate(stack([homogeneous()]))
    found = chip(device).evaluate(stack([design]))
    assert design.array is not None
    return {
        "crossbars_per_tile": design.array.crossbars_per_tile,
        EDAP: float(found.edap_pj_ns_um2[0]),
        "edap_gain": float(baseline.edap_pj_ns_um2[0] / found.edap_pj_ns_um2[0]),
        "tops_per_w_gain": float(found.tops_per_w[0] / baseline.tops_per_w[0]),
        "tops_per_mm2_gain": float(found.tops_per_mm2[0] / baseline.tops_per_mm2[0]),
    }


def on_array(folder: Path, case: Case, fitted: Images, settings: TrainingSettings) -> CrossbarNetwork:
    """The network with the case's weights on its array, calibrated, its normalisation set on training images."""
    tensors, facts = checkpoints.read(folder / "codes.safetensors", "a trained network is wanted")
    shape = array_shape(chip(case.device)).model_copy(update={"crossbar_size": case.rows})
    network = codes.network_of_codes(tensors, facts, shape)
    for layer in network.crossbar_layers():
        layer.hold_weights_of(case.weight_bits)
    images, labels = torch.from_numpy(fitted.pixels), torch.from_numpy(fitted.labels)
    if epochs := PRECISIONS[case.weight_bits]:
        changes = {"epochs": epochs, "float_epochs": 0, "learning_rate": LEARNING_RATE}
        flip = dataset_info(DATASET).flip
        train(network, images, labels, settings=settings.model_copy(update=changes), flip=flip, seed=SEED)
    with torch.no_grad():
        codes.round_to_codes(network)
        network.calibrate(as_pixels(images[:CALIBRATION_IMAGES]))
    calibrate_normalisation(network, images[:CALIBRATION_IMAGES])
    return network


def measure(case: Case, out: Path) -> dict[str, Any]:
    """A row of the table; a network that was fine-tuned is kept in a folder of its own."""
    began, folder = time.monotonic(), Path(case.network)
    result = json.loads((folder / "result.json").read_text())
    fitted, _ = held_out_split(load_train(DATASET, download=False), result["seed"], result["validation_images"])
    network = on_array(folder, case, fitted, TrainingSettings.model_validate(result["settings"]))
    test = load_test(DATASET, download=False)
    images, labels = torch.from_numpy(test.pixels), torch.from_numpy(test.labels)
    noise = classified_rightly(network, images, labels)
    exact = exactly_right(network, images[:EXACT_IMAGES], labels[:EXACT_IMAGES]).numpy()
    published = answers(folder.parent, folder.name, result)
    over = paired(exact, published[:EXACT_IMAGES])
    design = cheapest(folder, case).named()
    if PRECISIONS[case.weight_bits]:
        kept = out / f"{folder.name}-{case.device}-{case.rows}-rows"
        kept.mkdir(exist_ok=True)
        save_design(design, kept / "design.json")
        codes.save_codes(
            network, kept / "codes.safetensors", design=design, array=array_shape(chip(case.device)), seed=SEED
        )
    return {
        **case._asdict(),
        "network": folder.name,
        "epochs": PRECISIONS[case.weight_bits],
        "noise": float(noise.float().mean()),
        "exact": float(exact.mean()),
        "published": float(published[:EXACT_IMAGES].mean()),
        "over_published": over.mean,
        "standard_error": over.standard_error,
        "exact_images": EXACT_IMAGES,
        **costs(design, case.device),
        "seconds": round(time.monotonic() - began),
    }


def main() -> None:
    parser: argparse.ArgumentParser = record.parser(__doc__)
    parser.add_argument("networks", type=Path, nargs="+", help="folders of trained networks")
    arguments = parser.parse_args()
    out, began = arguments.out, time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    path = out / NAME
    done = pd.read_csv(path) if path.is_file() else pd.DataFrame(columns=Case._fields)
    known = set(done[list(Case._fields)].itertuples(index=False, name=None))
    every = itertools.product(sorted(PRECISIONS), DEVICES, ROWS, arguments.networks)
    cases = [Case(str(folder), device, rows, bits) for bits, device, rows, folder in every]
    rest = [case for case in cases if case._replace(network=Path(case.network).name) not in known]
    for number, case in enumerate(rest, start=1):
        row = measure(case, out)
        done = pd.concat([done, pd.DataFrame([row])], ignore_index=True) if len(done) else pd.DataFrame([row])
        done.to_csv(path, index=False, float_format="%.6g")
        said = f"{row['network']}, {case.device}, {case.rows} rows, {case.weight_bits}-bit weights"
        print(f"{number} of {len(rest)}: {said}: {100 * row['exact']:.1f} % at {row['edap_gain']:.0f}x", flush=True)
    record.write_run(out, "benchmarks.trained.arrays", seconds=round(time.monotonic() - began), seed=SEED)


if __name__ == "__main__":
    main()
