"""Signal-to-noise ratio of a layer's output by weight encoding, ADC bits and cell variation, simulated exactly.

    python -m benchmarks.accuracy.signal_to_noise --out results/published/encodings

A convolution of 64 channels (576 rows in blocks of 64, 4-bit cells) with normal 8-bit weights and half-normal 4-bit
inputs. The ADCs' ranges are fitted on one half of the images and the error is measured on the other half.
"""

import math
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
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread
from xpert_evo.design.encodings import ENCODINGS
from xpert_evo.design.mapping import row_blocks, slice_weights

CHANNELS, OUTPUTS, IMAGES, SIZE, INPUT_BITS = 64, 64, 32, 8, 4
ADC_BITS = range(3, 9)
VARIATIONS = (0.02, 0.05, 0.1)
IDEAL_ADC_BITS = 14


def layer(largest: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    levels = 2**INPUT_BITS - 1
    x = torch.randn(IMAGES, CHANNELS, SIZE, SIZE, generator=generator).clamp(min=0)
    weight = torch.randn(OUTPUTS, CHANNELS, 3, 3, generator=generator)
    weight = weight / weight.abs().amax(dim=(1, 2, 3), keepdim=True) * largest
    return (x / 2.5 * levels).round().clamp(0, levels), weight.round()


def ratio_db(array: ArrayShape, adc_bits: int, spread: DeviceSpread | None) -> float:
    """Outputs' variance over that of their error, whose mean an output's batch normalisation takes off."""
    encoding = ENCODINGS[array.weight_encoding]
    x, weight = layer(encoding.largest_weight(array.bits_per_cell))
    fitted, held_out = x.chunk(2)
    rows = weight[0].numel()
    generator = torch.Generator().manual_seed(1)
    sums = sample_partial_sums(
        fitted, weight, input_bits=INPUT_BITS, design_rows=rows, array=array, generator=generator
    )
    significance = torch.from_numpy(slice_weights(array.bits_per_cell))
    blocks = int(row_blocks(rows, array.crossbar_size))
    fit = fit_adcs(sums, adc_bits=adc_bits, significance=significance, row_blocks=blocks)
    real = exact_convolution(
        held_out,
        cells_of(weight, array, generator, spread),
        kernel=3,
        input_bits=INPUT_BITS,
        adc_bits=adc_bits,
        # Without ADCs sums are read on a fine lattice: cells that vary hold no whole numbers.
        step=fit.step if adc_bits < IDEAL_ADC_BITS else fit.step / 16,
        lowest=fit.lowest if adc_bits < IDEAL_ADC_BITS else fit.lowest * 0 - 2 ** (IDEAL_ADC_BITS - 1),
        significance=significance,
        crossbar_size=array.crossbar_size,
        offset=encoding.offset,
    )
    ideal = F.conv2d(held_out, weight, padding=1)
    error = (real - ideal).double()
    error = error - error.mean(dim=(0, 2, 3), keepdim=True)
    noise = float(error.square().mean())
    return 10 * math.log10(float(ideal.double().var(dim=(0, 2, 3)).mean()) / noise) if noise else math.inf


def main() -> None:
    out: Path = record.parser(__doc__).parse_args().out
    torch.set_num_threads(1)
    rows = []
    for name in ENCODINGS:
        array = ArrayShape(weight_encoding=name)
        row: dict[str, str | float] = {"encoding": name}
        for bits in ADC_BITS:
            row[f"{bits} bits"] = ratio_db(array, bits, None)
        for variation in VARIATIONS:
            spread = DeviceSpread(cell_variation=variation, mirror_mismatch=0.0, on_off_ratio=150.0)
            row[f"no ADC, cells {100 * variation:g} %"] = ratio_db(array, IDEAL_ADC_BITS, spread)
        spread = DeviceSpread(cell_variation=0.0, mirror_mismatch=0.01, on_off_ratio=150.0)
        row["no ADC, mirrors 1 %"] = ratio_db(array, IDEAL_ADC_BITS, spread)
        rows.append(row)
    table = pd.DataFrame(rows)
    out.mkdir(parents=True, exist_ok=True)
    table.to_csv(out / "signal_to_noise.csv", index=False, float_format="%.1f")
    print(table.to_string(index=False, float_format="%.1f"))


if __name__ == "__main__":
    main()
