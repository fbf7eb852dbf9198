import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.analysis.report.found import found
from xpert_evo.analysis.report import content, page
from xpert_evo.analysis.report.content import number, page_content, script_json
from xpert_evo.analysis.report.page import write_report
from xpert_evo.analysis.report.predictions import predictions
from xpert_evo.analysis.report.sensitivity import Sensitivity
from xpert_evo.design.genes import ACCURACY_GENES


def designs_of(content) -> dict:
    return {design["id"]: design for design in content["designs"]}


def figure(content, design, key):
    return design["values"][[metric["key"] for metric in content["metrics"]].index(key)]


def test_a_page_holds_every_design_with_what_is_known_of_it():
    run = found()
    content = page_content(run)
    assert [design["id"] for design in content["designs"]] == list(run.table["id"])  # by falling accuracy
    flash = designs_of(content)[run.baselines["flash"]]
    assert flash["name"] == "homogeneous VGG16, 8 columns to a 6-bit flash ADC, 8-bit inputs"
    assert flash["baseline"] == "flash" and flash["repeats"] == 1 and "short" in flash
    assert figure(content, flash, "edap_pj_ns_um2") == 1000 and figure(content, flash, "accuracy") == 90
    assert figure(content, flash, "repeated_accuracy") == 89 and flash["errors"] == [1.0, 1.0]
    *_, last = content["designs"]
    assert {"front", "plane", "knee", "baseline"} & set(last) == set() and last["feasible"]
    assert figure(content, last, "repeated_accuracy") is None and last["errors"] == [1.0, None]
    assert figure(content, last, "xpertsim_edap_pj_ns_um2") is None  # which is told of the front alone
    assert sum("knee" in design for design in content["designs"]) == 1
    assert len(last["layers"]) == len(content["genes"]) == 5 and all(len(layers) == 13 for layers in last["layers"])
    assert (content["adc_types"], content["adc_letters"]) == (["flash", "sar"], {"flash": "F", "sar": "S"})
    assert len(last["parts"]["energy_pj"][0]) == 14 and content["shared"]


def test_adcs_of_a_table_have_a_name_a_letter_and_a_colour():
    run = replace(found(), layers_of=lambda ids: None)
    identity, design = next(iter(run.designs.items()))
    layers = tuple(layer.model_copy(update={"adc_type": "survey"}) for layer in design.layers)
    run.designs[identity] = design.model_copy(update={"layers": layers})
    content = page_content(run)
    assert content["adcs"] == {"flash": "flash", "sar": "SAR", "survey": "survey"}
    assert content["adc_letters"]["survey"] == "A" and content["colours"]["survey"] == content["colours"]["third ADC"]
    place = [gene["key"] for gene in content["genes"]].index("adc_type")
    assert designs_of(content)[identity]["layers"][place] == [2] * 13


def test_designs_without_genes_are_told_as_far_as_they_are_known():
    run = found()
    only = {run.baselines["flash"]: run.designs[run.baselines["flash"]]}
    content = page_content(found(designs=only, whole=False))
    *_, last = content["designs"]
    assert "layers" not in last and "parts" not in last and last["name"] == last["id"]
    assert "parts" in designs_of(content)[run.baselines["flash"]]


def test_the_page_of_a_huge_run_stays_small():
    """Designs without a place on it are counted; the front and the baselines keep theirs."""
    run = found()
    many = pd.concat([run.table] + [run.table.tail(1)] * 5000, ignore_index=True)
    many["id"] = [*run.table["id"], *(f"design{row:04}" for row in range(5000))]
    design = run.designs[run.table["id"].iloc[-1]]
    designs = {**run.designs, **{identity: design.model_copy(update={"id": identity}) for identity in many["id"][5:]}}
    asked = []
    content = page_content(
        found(table=many, designs=designs, layers_of=lambda ids: asked.append(ids), trained=many[:0])
    )
    assert 1000 < len(content["designs"]) < 2000
    assert content["left_out"] == len(many) - len(content["designs"])
    assert set(run.front["id"]) <= set(designs_of(content)) and set(run.front["id"]) <= set(asked[0])
    parts = {quantity["key"]: [[9999] * 14] * 5 for quantity in content["quantities"]}
    broken_down = len(asked[0])
    full = [{**design, "parts": parts} for design in content["designs"][:broken_down]]
    assert len(script_json({**content, "designs": full + content["designs"][broken_down:]})) < 1.05e6


def test_infeasible_designs_and_an_empty_front_are_told():
    run = found()
    content = page_content(found(table=run.table.assign(feasible=0), front=run.front[:0]))
    assert not any("feasible" in design or "front" in design for design in content["designs"])


def test_the_fit_is_told_in_points_of_accuracy():
    run = found()
    shape = (len(ACCURACY_GENES), 13)
    fit = Sensitivity(
        genes=ACCURACY_GENES,
        worth=np.where(np.arange(13) < 12, 0.0123, math.nan) * np.ones(shape),
        sure=np.ones(shape, dtype=bool),
        every_layer=np.full((len(ACCURACY_GENES), 3), 0.1),
        around=0.5,
        tau=0.7,
        predicted=np.full(len(run.table), 0.45),
    )
    shown = predictions(run.table, {}, run.table, fit)
    content = page_content(found(sensitivity=fit, predictions=shown))
    told = content["sensitivity"]
    assert told["worth"][0][0] == 1.23 and told["worth"][0][-1] is None
    assert not content["predictions"]["before"]
    first = {"id": run.table["id"][0], "predicted": 45.0, "measured": 90.0}
    assert content["predictions"]["designs"][0] == first


def test_curves_and_fits_of_a_huge_run_are_thinned_and_the_page_says_so(tmp_path, monkeypatch):
    for module in (content, page):
        monkeypatch.setattr(module, "MOST_GENERATIONS", 3)
    history = pd.DataFrame({"generation": range(9), "trainings": range(9), "hypervolume": 0.5, "front_size": 1})
    run = found(history=history)
    assert [row["generation"] for row in page_content(run)["history"]] == [0, 4, 8]
    write_report(run, tmp_path / "report.html")
    assert "3 of 9 generations are drawn." in (tmp_path / "report.html").read_text()


def test_content_can_not_end_its_script():
    text = script_json({"a": "</script><!-- <script>\u2028"})
    assert "<" not in text and "\u2028" not in text
    assert json.loads(text) == {"a": "</script><!-- <script>\u2028"}


@pytest.mark.parametrize(
    ("value", "told"), [(math.nan, None), (None, None), (math.inf, None), (3.0, 3), (0.1234567, 0.12346), (1e22, 1e22)]
)
def test_numbers_are_short(value, told):
    assert number(value) == told
