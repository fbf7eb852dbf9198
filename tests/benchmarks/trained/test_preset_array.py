from benchmarks.trained.preset_array import costs
from xpert_evo.design.design import ArrayDesign, homogeneous


def test_costs_are_those_on_the_preset_s_array_whatever_the_network_chose():
    narrow = homogeneous(width=0.5, adc_bits=4, input_bits=4)
    elsewhere = narrow.model_copy(update={"array": ArrayDesign(crossbar_size=256, crossbars_per_tile=4)})

    found = costs(elsewhere, "chip", "differential")

    assert found == costs(narrow, "chip", "differential") and found["chip_edap_pj_ns_um2_gain"] > 100
