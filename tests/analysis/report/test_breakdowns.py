import pytest

from tests.analysis.report.found import layers_of
from xpert_evo.analysis.breakdown import PANELS, parts_of
from xpert_evo.analysis.report.breakdowns import WHOLE, has_shared_row, shares
from xpert_evo.design.design import homogeneous


def test_shares_are_of_every_designs_own_whole():
    designs = [homogeneous(width=0.25, id="small"), homogeneous(adc_type="sar", id="large")]
    layers = layers_of(designs)
    found = shares(layers)
    assert list(found) == ["small", "large"] and has_shared_row(layers)
    for design in designs:
        own = layers_of([design])
        for quantity, (names, _, _) in PANELS.items():
            parts = parts_of(own, quantity)
            told = found[design.id][quantity]
            assert sum(map(sum, told)) == pytest.approx(WHOLE, abs=50)  # rounding
            for name, values in zip(names, told, strict=True):
                expected = WHOLE * parts[name] / parts.to_numpy().sum()
                assert values == pytest.approx(list(expected), abs=0.51)


def test_without_a_design_there_is_nothing():
    assert shares(layers_of([homogeneous(id="x")])[:0]) == {}
