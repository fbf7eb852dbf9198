"""What columns of trained layers lose to their wires, what error that leaves, and how well the closed form has it.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.accuracy.wires FOLDER... --out FOLDER

Of each network, a folder of `train` with codes, some layers are looked at on training images, on crossbars of 32 to 256
rows, with cells of 6 and 100 kilo-ohm at the least, their weights held in each of the encodings: the loss of columns'
currents, mean and worst, by the ladder; the signal to noise of the layer's outputs once every channel is rescaled, no
ADC in it; and the closed form's error against the ladder, as a signal to noise of its own.
"""

import argparse
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from benchmarks import record
from xpert_evo.accuracy.circuit.calibration import WINDOWS as SAMPLED
from xpert_evo.accuracy.circuit.wires import ColumnWires, Mode, lost
from xpert_evo.accuracy.networks import checkpoints, codes
from xpert_evo.accuracy.networks.imc_layers import CrossbarConv
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.data import load_train
from xpert_evo.design.encodings import ENCODINGS, WeightEncoding
from xpert_evo.hardware.arrays.devices import column_wire_ohm
from xpert_evo.hardware.preset import load_preset

PRESET = load_preset("xpert-rram")
OHM_PER_CELL = column_wire_ohm(PRESET)
ROWS, CELLS_OHM = (32, 64, 128, 256), (6e3, 1e5)
LAYERS = (2, 5, 8, 11, 13)
IMAGES, CHANNELS, WINDOWS = 64, 24, 150


def ladder(conducting: Tensor, resistance: float) -> Tensor:
    """The current of columns, exactly.

    Args:
        conducting: what cells conduct, zero where their input is, (..., rows), the ADC at the first row.
        resistance: of a segment.

    Returns:
        (...), in units of a digit.
    """
    beyond = torch.zeros_like(conducting[..., 0])
    for cells in reversed(conducting.unbind(dim=-1)):
        beyond = cells + beyond / (1 + resistance * beyond)
    return beyond / (1 + resistance * beyond)


def watched(folder: Path) -> Iterator[tuple[int, CrossbarConv, Tensor]]:
    """Number, layer and integer inputs of the layers that are looked at."""
    tensors, facts = checkpoints.read(folder / "codes.safetensors", "a trained network is wanted")
    network = codes.network_of_codes(tensors, facts)
    seen: list[tuple[CrossbarConv, Tensor]] = []
    images = as_pixels(torch.from_numpy(load_train("cifar10", download=False).pixels[:IMAGES]))
    network.watch(images, lambda layer, x: seen.append((layer, x)))
    for number, (layer, x) in enumerate(seen, start=1):
        if number in LAYERS:
            yield number, layer, x


def decibels(signal: Tensor, wanted: Tensor, found: Tensor) -> float:
    """Of outputs (channels, windows): their variance over that of what rescaling each channel leaves.

    Args:
        signal: outputs. wanted: sums that they are of, an encoding's offset in them. found: the same, wires' loss too.
    """
    signal, wanted, found = (values - values.mean(dim=1, keepdim=True) for values in (signal, wanted, found))
    slope = (wanted * found).sum(dim=1, keepdim=True) / wanted.square().sum(dim=1, keepdim=True).clamp(min=1e-12)
    left = (found - slope * wanted) / slope.clamp(min=1e-6)
    return float(10 * torch.log10(signal.square().mean() / left.square().mean().clamp(min=1e-30)))


def measure(
    layer: CrossbarConv, x: Tensor, encoding: WeightEncoding, crossbar_size: int, cell_ohm: float
) -> dict[str, float]:
    """Of one layer on one array."""
    wires_of = {"wire_per_cell": OHM_PER_CELL / cell_ohm, "off_share": 1 / PRESET.on_off_ratio}
    shape = layer.array.model_copy(update={**wires_of, "crossbar_size": crossbar_size, "weight_encoding": encoding})
    cells = shape.weight_cells(layer.weight_cells.weight_bits)
    wires = ColumnWires.of(shape, cells)
    assert wires is not None
    windows = layer.windows.sampled(x, SAMPLED, torch.Generator().manual_seed(0))[:WINDOWS].long()
    weight = layer.integer_weight().detach().flatten(1)
    weight = weight[torch.linspace(0, len(weight) - 1, CHANNELS).round().long()]
    weight = weight.clamp(-cells.largest_weight, cells.largest_weight)
    held = torch.from_numpy(cells.held(weight.numpy())).double() + wires.idle  # (columns, slices, channels, K)
    sums = torch.zeros(3, len(weight), len(windows), dtype=torch.float64)  # ideal, by the ladder, in closed form
    shares: list[Tensor] = []
    for start in range(0, windows.shape[1], crossbar_size):
        block = held[..., start : start + crossbar_size]
        mode = Mode.of(wires, block.shape[-1])
        for bit in range(layer.input_bits):
            on = (windows[:, start : start + crossbar_size] >> bit & 1).double()
            ideal = block @ on.T
            exact = ladder(block.unsqueeze(-2) * on, wires.resistance)
            quick = ideal - lost((block * mode.weights) @ on.T, mode.bend)
            shares.append((1 - exact / ideal)[ideal > 0])
            worth = torch.from_numpy(cells.significance)[:, None, None] * 2.0**bit
            idle = wires.idle * on.sum(dim=1)
            for total, currents in zip(sums, (ideal, exact, quick), strict=True):
                total += (worth * (currents[0] - (currents[1] if len(currents) > 1 else idle))).sum(dim=0)
    ideal, exact, quick = sums
    outputs = ideal - cells.offset * windows.sum(dim=1)
    losses = torch.cat(shares)
    return {
        "mean_loss": float(losses.mean()),
        "worst_loss": float(losses.max()),
        "decibels": decibels(outputs, ideal, exact),
        "closed_form_decibels": decibels(outputs, exact, quick),
    }


def main() -> None:
    parser: argparse.ArgumentParser = record.parser(__doc__)
    parser.add_argument("networks", type=Path, nargs="+", help="folders of trained networks")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    out, began = arguments.out, time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    for folder in arguments.networks:
        for number, layer, x in watched(folder):
            for encoding, size, cell_ohm in product(ENCODINGS, ROWS, CELLS_OHM):
                found = measure(layer, x, encoding, size, cell_ohm)
                case = {"encoding": encoding, "rows": size, "cell_ohm": cell_ohm}
                rows.append({"network": f"{folder.parent.name}/{folder.name}", "layer": number, **case, **found})
            print(f"{folder.name}, layer {number}", flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(out / "wires.csv", index=False, float_format="%.5g")
    record.write_run(out, "benchmarks.accuracy.wires", seconds=round(time.monotonic() - began))
    grouped = table.groupby(["encoding", "cell_ohm", "rows"])
    print(grouped.agg({name: ["min", "median", "max"] for name in table.columns[5:]}).map(lambda v: np.round(v, 4)))


if __name__ == "__main__":
    main()
