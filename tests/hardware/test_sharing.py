"""Every column is converted, whatever the sharing."""

import numpy as np
import pytest

from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.errors import InputError
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.preset import load_preset


@pytest.mark.parametrize("encoding", ["offset", "reference_column", "differential"])
@pytest.mark.parametrize("size", [16, 32, 64, 128])
def test_adcs_suffice_for_every_conversion(encoding, size):
    preset = load_preset("xpert-rram", "chip", encoding).with_array(size, 0, 0)
    sharing = np.arange(2, preset.conversions + 1)
    adcs = preset.adcs(sharing)
    assert (adcs * sharing >= preset.conversions).all() and ((adcs - 1) * sharing < preset.conversions).all()


def test_the_cheapest_of_seven_and_eight_is_eight():
    model = HardwareModel.from_preset("xpert-rram", "chip", "differential")
    seven, eight = model.evaluate(stack([homogeneous(column_sharing=m) for m in (7, 8)])).edap_pj_ns_um2
    assert eight < seven


def test_the_original_has_sharings_that_divide_alone():
    for encoding, valid in (("offset", (2, 8, 32)), ("differential", (2, 8, 32))):
        model = HardwareModel.from_preset("xpert-rram", "xpertsim", encoding)
        model.evaluate(stack([homogeneous(column_sharing=m) for m in valid]))
        with pytest.raises(InputError, match="column_sharing: the original leaves columns unread"):
            model.evaluate(stack([homogeneous(column_sharing=7)]))


def test_sharings_beyond_the_conversions_are_known():
    model = HardwareModel.from_preset("xpert-rram", "chip", "differential")
    small = HardwareModel(model.preset.with_array(32, 0, 0))
    designs = stack([homogeneous(column_sharing=m) for m in (16, 32)])
    assert model.shares_beyond(designs).tolist() == [False, False]
    assert small.shares_beyond(designs).tolist() == [False, True]
    costs = small.evaluate(designs).edap_pj_ns_um2
    assert costs[0] == costs[1]


def test_figures_that_are_not_finite_are_refused():
    content = {"name": "odd", "memory": "rram", "tech_node_nm": 32, "crossbar_size": 64, "bits_per_cell": 4}
    with pytest.raises(InputError, match="on_resistance_ohm"):
        load_preset({**content, "on_resistance_ohm": 1e-320})
    assert HardwareModel.from_preset({**content, "on_resistance_ohm": 6000.0}).name == "odd"
