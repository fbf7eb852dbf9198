"""What homogeneous VGG16s of every width and precision cost: the candidates for a baseline that is hard to beat.

    python -m benchmarks.trained.narrow_baselines --out results/published/trained-cifar10

For every width, ADC precision and input precision the sharing and the type of ADC with the lowest EDAP in `chip`, and
how much better its figures are than those of VGG16 at full width (sharing 8, 6-bit ADCs, 8-bit inputs). Nothing is
trained; the same everywhere.
"""

import argparse
import itertools
from pathlib import Path

import pandas as pd

from benchmarks.trained.table import costs
from xpert_evo.design.design import homogeneous
from xpert_evo.design.genes import ADC_TYPES

WIDTHS = (0.25, 0.375, 0.5, 0.625, 0.75, 1.0)
ADC_BITS, INPUT_BITS = (3, 4, 5, 6), (2, 3, 4, 5, 6, 8)
COLUMN_SHARING = (2, 4, 8, 16, 32)
SETTING = ["width", "adc_bits", "input_bits"]
EDAP, GAIN = "chip_edap_pj_ns_um2", "chip_edap_pj_ns_um2_gain_over_flash"


def cheapest() -> pd.DataFrame:
    """A row a width and precision: its cheapest peripherals and what `trained.costs` says of them."""
    genes = pd.DataFrame(
        itertools.product(WIDTHS, ADC_BITS, INPUT_BITS, COLUMN_SHARING, ADC_TYPES),
        columns=[*SETTING, "column_sharing", "adc_type"],
    )
    designs = {str(number): homogeneous(**row) for number, row in enumerate(genes.to_dict("records"))}
    table = genes.join(costs(designs, "differential").drop(columns="name"))
    return table.loc[table.groupby(SETTING)[EDAP].idxmin()].reset_index(drop=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    table = cheapest()
    out.mkdir(parents=True, exist_ok=True)
    table.to_csv(out / "narrow-baselines.csv", index=False, float_format="%.6g")
    print(table.pivot(index=["width", "adc_bits"], columns="input_bits", values=GAIN).round(0).to_string())


if __name__ == "__main__":
    main()
