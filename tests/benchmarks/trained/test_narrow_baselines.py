import pytest

from benchmarks.trained.narrow_baselines import ADC_BITS, EDAP, GAIN, INPUT_BITS, SETTING, WIDTHS, cheapest
from benchmarks.trained.table import costs
from xpert_evo.design.design import homogeneous


def test_every_setting_has_its_cheapest_peripherals():
    table = cheapest().set_index(SETTING)

    assert len(table) == len(WIDTHS) * len(ADC_BITS) * len(INPUT_BITS) and table.index.is_unique
    row = table.loc[(0.5, 4, 4)]
    own = {"column_sharing": row.column_sharing, "adc_type": row.adc_type}
    others = [own, {"column_sharing": 2}, {"column_sharing": 8}, {"adc_type": "sar"}, {"column_sharing": 32}]
    designs = {str(n): homogeneous(width=0.5, adc_bits=4, input_bits=4, **genes) for n, genes in enumerate(others)}
    edap = costs(designs, "differential")[EDAP]
    assert edap[0] == pytest.approx(row[EDAP]) and edap[0] < edap[1:].min()
    assert table.loc[(1.0, 6, 8), GAIN] >= 1, "the baseline itself is among them"
