"""ADCs that a preset has tables of, in designs, networks and compiled tables."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tomli_w

from tests.hardware.adc_tables import figures, sar_rows, with_adcs
from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import Designs, stack
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.hardware.layers import layer_table
from xpert_evo.hardware.metrics import METRICS
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.preset import load_preset, preset_content
from xpert_evo.hardware.simulate import simulate, simulate_with_layers
from xpert_evo.hardware.tables import CostTables

SURVEY = Path(__file__).parents[2] / "results/published/adc-survey/survey.csv"
WIDE = {str(bits): figures(area_um2=400 * bits, energy_pj=0.2 * bits, time_ns=bits) for bits in (1, 2, 5, 9, 10)}
CHIP = HardwareModel.from_preset(with_adcs(wide=WIDE))


def space(**choices) -> SearchSpace:
    settings = SpaceSettings.model_validate({"channels": (16, 64), "column_sharing": (4, 8), **choices})
    return SearchSpace.build(settings, network=backbone("vgg16"), image_size=32, image_channels=3, classes=10)


def some(count: int, **choices) -> Designs:
    here = space(**choices)
    return here.decode(here.sample(count, np.random.default_rng(0)))


@pytest.mark.parametrize("encoding", ["offset", "reference_column", "differential"])
@pytest.mark.parametrize("model", ["chip", "xpertsim"])
@pytest.mark.parametrize("preset", ["xpert-rram", "xpert-sram", "rram-22nm", "rram-65nm"])
def test_a_copy_of_the_sar_model_gives_its_figures(preset, model, encoding):
    if (preset, encoding) == ("xpert-sram", "reference_column"):
        pytest.skip("cells of one bit have none")
    sar = some(20, adc_type=("sar",))
    hardware = HardwareModel.from_preset(with_adcs(preset), model, encoding)
    copied = replace(sar, adc_type=np.full_like(sar.adc_type, 2), adc_names=("flash", "sar", "copy"))
    found, expected = hardware.costs(copied), hardware.costs(sar)
    for field in fields(expected.layers):
        assert getattr(found.layers, field.name) == pytest.approx(getattr(expected.layers, field.name), rel=1e-12)
    for name in METRICS:
        one, other = (getattr(hardware.evaluate(designs), name) for designs in (copied, sar))
        assert one == pytest.approx(other, rel=1e-12)


def test_precisions_that_only_a_table_has_cost_what_it_says():
    designs = stack([homogeneous(adc_type="wide", adc_bits=bits) for bits in (1, 2, 5, 9, 10)])
    for model in ("chip", "xpertsim"):
        metrics = HardwareModel.from_preset(with_adcs(wide=WIDE), model).evaluate(designs)
        for values in (metrics.energy_pj, metrics.latency_ns, metrics.area_um2):
            assert np.isfinite(values).all() and (np.diff(values) > 0).all()


def test_other_adcs_cost_as_much_beside_a_table():
    designs = some(10, adc_type=("flash", "sar"))
    plain = HardwareModel.from_preset("xpert-rram").evaluate(designs)
    assert (CHIP.evaluate(designs).edap_pj_ns_um2 == plain.edap_pj_ns_um2).all()


def test_a_designs_figures_hang_on_its_adcs_names_and_not_on_their_positions():
    hardware = HardwareModel.from_preset(with_adcs(wide=WIDE, early={"5": figures()}))
    one, other = (homogeneous(adc_type=kind, adc_bits=5) for kind in ("wide", "copy"))
    alone, beside = (hardware.evaluate(stack(designs)) for designs in ([one], [other, one]))
    assert stack([one]).adc_type[0, 0] != stack([other, one]).adc_type[1, 0]
    assert alone.edap_pj_ns_um2[0] == beside.edap_pj_ns_um2[1]


@pytest.mark.parametrize("model", ["chip", "xpertsim"])
def test_tables_of_a_space_know_them(model):
    here = space(adc_type=("wide", "sar", "copy"), adc_bits=(5,), input_bits=(4, 8))
    hardware = HardwareModel.from_preset(with_adcs(wide=WIDE), model)
    genomes = here.sample(30, np.random.default_rng(1))
    expected, found = hardware.evaluate(here.decode(genomes)), CostTables.build(hardware, here).evaluate(genomes)
    assert found.edap_pj_ns_um2 == pytest.approx(expected.edap_pj_ns_um2, rel=1e-6)


@pytest.mark.parametrize(
    ("kind", "bits", "message"),
    [
        ("wild", 5, r"^design \w+: layer 1, adc_type: wild is no ADC of hardware preset xpert-rram; valid are flash, "
                    r"sar, copy, wide; did you mean wide\?$"),
        ("wide", 4, r"^adc_bits: 4 isn't in the table of wide ADCs; valid are 1, 2, 5, 9, 10$"),
    ],
)  # fmt: skip
def test_adcs_that_the_chip_has_not_are_refused(kind, bits, message):
    with pytest.raises(InputError, match=message):
        CHIP.evaluate(stack([homogeneous(adc_type=kind, adc_bits=bits)]))
    with pytest.raises(InputError, match=message.lstrip("^").removeprefix(r"design \w+: ")):
        CostTables.build(CHIP, space(adc_type=(kind,), adc_bits=(bits,)))


def test_raw_levels_have_no_table():
    layers = layer_table(stack([homogeneous(adc_type="wide", adc_bits=5)]), CHIP.preset).flat()
    with pytest.raises(InputError, match="levels: wide ADCs have whole bits"):
        CHIP.evaluate_layers(replace(layers, levels=np.full(13, 5)))


def wrong(**table):
    return with_adcs() | {"adc": table}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (wrong(sar={"source": "x", "bits": {"4": figures()}}), r"adc: sar is the name of a model"),
        (wrong(Macro={"source": "x", "bits": {"4": figures()}}), r"adc.Macro.*match pattern"),
        (wrong(macro={"bits": {"4": figures()}}), r"adc.macro.source: missing"),
        (wrong(macro={"source": "x", "bits": {}}), r"adc.macro.bits: empty; figures of at least one precision"),
        (wrong(macro={"source": "x", "bits": {"11": figures()}}), r"adc.macro.bits.11.*less than or equal to 10"),
        (wrong(macro={"source": "x", "bits": {"4": figures(area_um2=-1)}}), r"adc.macro.bits.4.area_um2: .*not -1"),
        (wrong(macro={"source": "x", "bits": {"4": {"area_um2": 1}}}), r"adc.macro.bits.4.energy_pj: missing"),
        (wrong(macro={"source": "x", "bits": {"4": figures() | {"leakage": 1}}}), r"4.leakage: unknown key"),
        (wrong(macro={"source": "x", "bits": {"4": figures(time_ns=float("inf"))}}), r"4.time_ns: .*finite"),
    ],
)
def test_a_wrong_table_is_named(content, message):
    with pytest.raises(InputError, match=message) as error:
        load_preset(content)
    assert "\n" not in str(error.value)


def test_a_preset_with_tables_keeps_them_on_another_array():
    preset = CHIP.preset.with_array(128, 2, 16)
    assert preset.adc == CHIP.preset.adc and hash(preset) != hash(CHIP.preset)
    assert preset.adc["copy"].bits.keys() == {int(bits) for bits in sar_rows(32)}


def test_the_survey_preset_has_what_the_survey_says():
    survey = pd.read_csv(SURVEY, comment="#").query("tech_node_nm == 32")
    preset = load_preset("rram-adc-survey")
    assert len(survey) == sum(len(table.bits) for table in preset.adc.values()) == 28
    for row in survey.itertuples():
        time_ns = 1e9 / row.conversions_per_s
        there = preset.adc[f"survey-{time_ns:g}ns"].bits[row.adc_bits]
        assert (there.area_um2, there.energy_pj, there.time_ns) == (row.area_um2, row.energy_pj, time_ns)
    without = {"name": "xpert-rram", "adc": {}}
    assert load_preset({**preset_content("rram-adc-survey"), **without}) == load_preset("xpert-rram")


def test_a_file_of_a_users_own(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(tomli_w.dumps(with_adcs(wide=WIDE)))
    _, layers = simulate_with_layers([homogeneous(adc_type="wide", adc_bits=9)], path)
    assert set(layers["adc_type"].dropna()) == {"wide"}
    metrics = simulate([homogeneous(adc_type="wide", adc_bits=10)], path)
    assert metrics["energy_pj"][0] > simulate([homogeneous(adc_type="wide", adc_bits=1)], path)["energy_pj"][0]
