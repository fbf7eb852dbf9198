import pytest

from benchmarks.trained import adc_survey
from xpert_evo.design.design import homogeneous


@pytest.mark.parametrize("model", ["chip", "xpertsim"])
def test_networks_under_both_beliefs(model):
    uniform = homogeneous(width=0.5, adc_bits=4, input_bits=4)
    first = uniform.layers[0].model_copy(update={"adc_bits": 6})
    mixed = uniform.model_copy(update={"layers": (first, *uniform.layers[1:])})
    networks = {"uniform": uniform, "mixed": mixed}
    table = adc_survey.trained_table(model, networks, {"uniform": 0.9, "mixed": 0.91})
    kinds = table.set_index(["belief", "name"])["adc_type"].str.split()
    assert set(kinds["models"].sum()) <= {"flash", "sar"} and set(kinds["survey"].sum()) <= set(adc_survey.SURVEY)
    edap = table.set_index(["belief", "name"])["edap_pj_ns_um2"]
    assert (edap["survey"] > edap["models"]).all()
    more = table.set_index(["belief", "name"])["edap_of_one_more_bit"]
    assert (more["models"] > 1.2).all() and (more["survey"] < 1.2).all() and (more > 1).all()
    fixed, best = table["edap_gain_over_vgg16_sharing_8"], table["edap_gain_over_vgg16_best_sharing"]
    assert (fixed >= best).all() and (best > 10).all()


def test_homogeneous_networks_of_every_adc_and_precision(monkeypatch):
    monkeypatch.setattr(adc_survey, "NETWORKS", {"small": (0.25, 4)})
    table = adc_survey.homogeneous_table("chip")
    assert len(table) == 6 * 5
    assert (table.loc[table["adc_bits"] == 6, "edap_of_6_bits"] == 1).all()
    assert (table.filter(like="adc_share") < 1).all(axis=None) and (table.filter(like="adc_share") > 0).all(axis=None)
