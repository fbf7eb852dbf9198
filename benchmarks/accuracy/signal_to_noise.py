"""Signal-to-noise ratio of a layer's output, simulated exactly: by encoding, ADC bits, cell variation, weight bits.

    python -m benchmarks.accuracy.signal_to_noise --out results/published/encodings

A convolution of 64 channels (576 rows in blocks of 64, 4-bit cells) with normal weights and half-normal 4-bit inputs.
The ADCs' ranges are fitted on one half of the images and the error is measured on the other half. `signal_to_noise.csv`
has weights of 8 bits; `weight_bits.csv` weights of fewer: what ADCs lose, what rounding the weights loses, and both.
"""

import math
from itertools import product
from pathlib import Path

import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks import record
from xpert_evo.accuracy.circuit.adc import fit_adcs
from xpert_evo.accuracy.circuit.calibration import sample_partial_sums
from xpert_evo.accuracy.circuit.devices import cells_of
from xpert_evo.accuracy.circuit.exact import exact_convolution
from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.accuracy.settings import DeviceSpread
from xpert_evo.design.encodings import ENCODINGS, WeightCells, weight_cells
from xpert_evo.design.mapping import row_blocks

CHANNELS, OUTPUTS, IMAGES, SIZE, INPUT_BITS = 64, 64, 32, 8, 4
CROSSBAR_SIZE, BITS_PER_CELL = 64, 4
ADC_BITS = range(3, 9)
FEW_ADC_BITS, WEIGHT_BITS = range(3, 7), range(8, 1, -1)
VARIATIONS = (0.02, 0.05, 0.1)
IDEAL_ADC_BITS = 14


def layer() -> tuple[Tensor, Tensor]:
    """Integer inputs, and weights that reach from -1 to 1 in every output channel."""
    generator = torch.Generator().manual_seed(0)
    levels = 2**INPUT_BITS - 1
    x = torch.randn(IMAGES, CHANNELS, SIZE, SIZE, generator=generator).clamp(min=0)
    weight = torch.randn(OUTPUTS, CHANNELS, 3, 3, generator=generator)
    return (x / 2.5 * levels).round().clamp(0, levels), weight / weight.abs().amax(dim=(1, 2, 3), keepdim=True)


def converted(cells: WeightCells, weight: Tensor, adc_bits: int, spread: DeviceSpread | None) -> Tensor:
    """A layer's outputs on the second half of the images, by its ADCs."""
    fitted, held_out = layer()[0].chunk(2)
    rows = weight[0].numel()
    generator = torch.Generator().manual_seed(1)
    sums = sample_partial_sums(
        fitted,
        weight,
        windows=Windows.same(3),
        input_bits=INPUT_BITS,
        design_rows=rows,
        cells=cells,
        crossbar_size=CROSSBAR_SIZE,
        generator=generator,
    )
    significance = torch.from_numpy(cells.significance)
    blocks = int(row_blocks(rows, CROSSBAR_SIZE))
    fit = fit_adcs(sums, adc_bits=adc_bits, significance=significance, row_blocks=blocks)
    return exact_convolution(
        held_out,
        cells_of(weight, cells, CROSSBAR_SIZE, generator, spread),
        windows=Windows.same(3),
        input_bits=INPUT_BITS,
        adc_bits=adc_bits,
        # Without ADCs sums are read on a fine lattice: cells that vary hold no whole numbers.
        step=fit.step if adc_bits < IDEAL_ADC_BITS else fit.step / 16,
        lowest=fit.lowest if adc_bits < IDEAL_ADC_BITS else fit.lowest * 0 - 2 ** (IDEAL_ADC_BITS - 1),
        significance=significance,
        crossbar_size=CROSSBAR_SIZE,
        offset=cells.offset,
    )


def decibels(real: Tensor, ideal: Tensor) -> float:
    """Outputs' variance over that of their error, whose mean an output's batch normalisation takes off."""
    error = (real - ideal).double()
    error = error - error.mean(dim=(0, 2, 3), keepdim=True)
    noise = float(error.square().mean())
    return 10 * math.log10(float(ideal.double().var(dim=(0, 2, 3)).mean()) / noise) if noise else math.inf


def of_encoding(cells: WeightCells, name: str) -> dict[str, str | float]:
    """A row of `signal_to_noise.csv`."""
    x, weight = layer()
    weight = (weight * cells.largest_weight).round()
    ideal = F.conv2d(x.chunk(2)[1], weight, padding=1)
    row: dict[str, str | float] = {"encoding": name}
    for bits in ADC_BITS:
        row[f"{bits} bits"] = decibels(converted(cells, weight, bits, None), ideal)
    for variation in VARIATIONS:
        spread = DeviceSpread(cell_variation=variation, mirror_mismatch=0.0, on_off_ratio=150.0)
        real = converted(cells, weight, IDEAL_ADC_BITS, spread)
        row[f"no ADC, cells {100 * variation:g} %"] = decibels(real, ideal)
    spread = DeviceSpread(cell_variation=0.0, mirror_mismatch=0.01, on_off_ratio=150.0)
    row["no ADC, mirrors 1 %"] = decibels(converted(cells, weight, IDEAL_ADC_BITS, spread), ideal)
    return row


def of_weight_bits(cells: WeightCells, name: str) -> dict[str, str | float]:
    """A row of `weight_bits.csv`."""
    x, weight = layer()
    held_out, weight = x.chunk(2)[1], weight * cells.largest_weight
    whole = weight.round()
    true, rounded = (F.conv2d(held_out, values, padding=1) for values in (weight, whole))
    row: dict[str, str | float] = {"encoding": name, "weight_bits": cells.weight_bits, "cells": cells.count}
    row["rounding"] = decibels(rounded, true)
    for bits in FEW_ADC_BITS:
        real = converted(cells, whole, bits, None)
        row |= {f"{bits}-bit ADCs": decibels(real, rounded), f"{bits}-bit ADCs and rounding": decibels(real, true)}
    return row


def main() -> None:
    out: Path = record.parser(__doc__).parse_args().out
    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    tables = {
        "signal_to_noise": [of_encoding(weight_cells(name, 8, BITS_PER_CELL), name) for name in ENCODINGS],
        "weight_bits": [
            of_weight_bits(weight_cells(name, bits, BITS_PER_CELL), name)
            for name, bits in product(ENCODINGS, WEIGHT_BITS)
        ],
    }
    for name, rows in tables.items():
        table = pd.DataFrame(rows)
        table.to_csv(out / f"{name}.csv", index=False, float_format="%.1f")
        print(table.to_string(index=False, float_format="%.1f"))


if __name__ == "__main__":
    main()
