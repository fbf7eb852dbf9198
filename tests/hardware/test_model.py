import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hardware.golden import CONFIGS
from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.design.genes import AdcType
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.hardware.activity import Activity
from xpert_evo.hardware.layers import LayerMetrics, layer_table
from xpert_evo.hardware.model import CHUNK_LAYERS, HardwareModel, preset_names

MODELS = {name: HardwareModel.from_preset("xpert-rram", name) for name in ("chip", "xpertsim")}
MODEL = MODELS["xpertsim"]
both_network_models = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
SPACE = SearchSpace.build(SpaceSettings(), network=backbone("vgg16"), image_size=32, image_channels=3, classes=10)


def random_designs(count, seed=0):
    return SPACE.decode(SPACE.sample(count, np.random.default_rng(seed)))


def figures(model, designs):
    """Every array, by name."""
    costs = model.costs(designs)
    of_layers = {f"layers.{name}": values for name, values in vars(costs.layers).items()}
    of_networks = {name: values for name, values in vars(costs).items() if name != "layers"}
    metrics = vars(model.evaluate(designs))
    for name in ("energy_pj", "latency_ns", "area_um2", "leakage_energy_pj"):
        assert (metrics[name] == of_networks[name]).all(), name
    return of_networks | of_layers | metrics


@both_network_models
def test_a_design_costs_the_same_in_any_batch(model):
    designs = random_designs(5_000)
    assert designs.channels.size > 3 * CHUNK_LAYERS
    together = vars(model.evaluate(designs))
    for row in (0, 1, 777, CHUNK_LAYERS // 13, len(designs) - 1):  # the fourth is the first of a chunk
        alone = vars(model.evaluate(designs[row : row + 1]))
        assert {name: (values[0], together[name][row]) for name, values in alone.items()} == {
            name: (together[name][row], together[name][row]) for name in alone
        }
    some, fewer = figures(model, designs[:64]), figures(model, designs[5:42])
    assert all((values == some[name][5:42]).all() for name, values in fewer.items())


@both_network_models
def test_nobody_is_a_batch_too(model):
    nobody = random_designs(3)[:0]
    assert model.evaluate(nobody).energy_pj.shape == (0,)
    assert model.costs(nobody).layers.energy_pj.shape == (0, 13)


@pytest.mark.parametrize("network_model", MODELS)
def test_arrays_are_float64_and_finite_for_every_preset(network_model):
    designs = random_designs(40)
    assert preset_names()[0] == "xpert-rram"
    assert set(preset_names()) == {*CONFIGS, "rram-100k", "rram-adc-survey", "xpert-rram-ideal-wires"}
    for preset in preset_names():
        if preset == "rram-65nm":
            designs = replace(designs, adc_type=np.full_like(designs.adc_type, AdcType.SAR))
        for name, values in figures(HardwareModel.from_preset(preset, network_model), designs).items():
            assert values.dtype == np.float64, name
            assert np.isfinite(values).all() and (values >= 0).all(), name


def test_trends_of_the_specification():
    """Section 22: baselines in uJ, us, mm2."""
    settings_ = [("flash", 6, 8), ("flash", 8, 8), ("flash", 6, 2), ("sar", 6, 8), ("sar", 3, 8)]
    designs = stack([homogeneous(adc_type=kind, adc_bits=bits, input_bits=ip) for kind, bits, ip in settings_])
    metrics = MODEL.evaluate(designs)
    assert metrics.energy_pj / 1e6 == pytest.approx([48.88, 110.47, 12.67, 70.60, 47.19], abs=0.006)
    assert metrics.latency_ns / 1e3 == pytest.approx([1921, 3634, 1187, 7911, 4576], abs=0.6)
    assert metrics.area_um2 / 1e6 == pytest.approx([124.2, 438.1, 122.0, 70.4, 60.2], abs=0.06)


one_layer = st.fixed_dictionaries(
    {
        "row": st.integers(0, 63),
        "layer": st.integers(0, 12),
        "preset": st.sampled_from([name for name in CONFIGS if name != "rram-65nm"]),
        "network_model": st.sampled_from(list(MODELS)),
    }
)


def raised(case, gene, by):
    """Metrics of a random design, and of the same with one layer's gene raised."""
    model = HardwareModel.from_preset(case["preset"], case["network_model"])
    designs = random_designs(64)[case["row"] : case["row"] + 1]
    values = getattr(designs, gene).copy()
    values[0, case["layer"]] = np.clip(values[0, case["layer"]] + by, 2, 8)
    return model.evaluate(designs), model.evaluate(replace(designs, **{gene: values}))


@settings(max_examples=40, deadline=None)
@given(case=one_layer)
def test_area_and_energy_do_not_fall_with_adc_bits(case):
    before, after = raised(case, "adc_bits", 1)
    assert after.area_um2[0] >= before.area_um2[0]
    assert after.energy_pj[0] >= before.energy_pj[0]


@settings(max_examples=40, deadline=None)
@given(case=one_layer)
def test_energy_does_not_fall_with_input_bits(case):
    before, after = raised(case, "input_bits", 1)
    assert after.energy_pj[0] >= before.energy_pj[0]


@both_network_models
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_derived_figures_agree_with_their_definitions(model, seed):
    designs = random_designs(3, seed)
    metrics, costs = model.evaluate(designs), model.costs(designs)
    counted = (designs.sizes.inputs + 2) ** 2 if model is MODEL else designs.sizes.inputs**2
    operations = (2 * counted * designs.input_channels * 9 * designs.channels).sum(axis=1)
    seconds, joules, mm2 = metrics.latency_ns * 1e-9, metrics.energy_pj * 1e-12, metrics.area_um2 * 1e-6
    assert metrics.edap_pj_ns_um2 == pytest.approx(metrics.energy_pj * metrics.latency_ns * metrics.area_um2)
    assert metrics.tops == pytest.approx(operations / seconds / 1e12)
    assert metrics.tops_per_w == pytest.approx(operations / joules / 1e12 / 1.22)
    assert metrics.tops_per_mm2 == pytest.approx(operations / seconds / 1e12 / mm2)
    layers = costs.layers
    shared = sum(getattr(costs, f"shared_{part}_area_um2") for part in ("accumulation", "interconnect", "other"))
    assert metrics.area_um2 == pytest.approx((layers.tiles * layers.tile_area_um2).sum(axis=1) + shared)
    for quantity in ("energy_pj", "latency_ns"):
        assert getattr(metrics, quantity) == pytest.approx(getattr(layers, quantity).sum(axis=1))
        parts = sum(getattr(layers, f"{part}_{quantity}") for part in ("adc", "accumulation", "other"))
        assert getattr(layers, quantity) == pytest.approx(parts)
        inside = getattr(layers, f"buffer_{quantity}") + getattr(layers, f"interconnect_{quantity}")
        assert (inside <= getattr(layers, f"other_{quantity}") * (1 + 1e-12)).all()


def test_measured_activity_replaces_the_default():
    designs = random_designs(5)
    default = MODEL.evaluate(designs)
    table = layer_table(designs, MODEL.preset)
    assert table.active_rows is None
    busy = MODEL.evaluate(designs, Activity(active_rows=np.full(13, 0.9)))
    assert (busy.energy_pj > default.energy_pj).all()
    assert (busy.latency_ns == default.latency_ns).all()
    zeros = np.zeros((5, 13))
    idle = MODEL.evaluate(designs, Activity(active_rows=zeros, column_siemens=zeros, idle_columns=zeros + 1))
    assert (idle.energy_pj < default.energy_pj).all()
    same = MODEL.evaluate(designs, Activity(active_rows=zeros, column_siemens=zeros))
    assert (same.energy_pj == idle.energy_pj).all()


@pytest.mark.parametrize(
    ("activity", "message"),
    [
        (Activity(np.full(12, 0.5)), r"activity: active_rows has shape \(12,\); one of \(13,\) or \(2, 13\)"),
        (Activity(np.full(13, 1.5)), "active_rows: 1.5 .* 0 to 1"),
        (Activity(np.full(13, np.nan)), "active_rows: nan .* 0 to 1"),
        (Activity(np.full(13, 0.5), idle_columns=np.full(13, -0.1)), "idle_columns: -0.1 "),
    ],
)
def test_impossible_activity_is_refused(activity, message):
    with pytest.raises(InputError, match=message):
        MODEL.evaluate(random_designs(2), activity)


def test_the_first_layer_reads_pixels_whatever_their_channels():
    grey = replace(random_designs(1), image_channels=1)
    pixels = MODEL.costs(grey).layers.energy_pj[0, 0]
    table = replace(layer_table(grey, MODEL.preset).flat(), reads_image=np.zeros(13, dtype=bool))
    assert pixels > MODEL.evaluate_layers(table).energy_pj[0]


def test_corrected_comparators_are_larger():
    designs = stack([homogeneous(adc_type=kind) for kind in ("flash", "sar")])
    built, corrected = (
        MODEL.evaluate(designs),
        HardwareModel.from_preset("xpert-rram-csafix", "xpertsim").evaluate(designs),
    )
    assert corrected.area_um2[0] > 1.3 * built.area_um2[0]
    assert corrected.area_um2[1] == built.area_um2[1]


def test_a_model_can_be_sent_to_a_worker():
    model = pickle.loads(pickle.dumps(MODEL))
    designs = random_designs(2)
    assert (model.evaluate(designs).energy_pj == MODEL.evaluate(designs).energy_pj).all()
    assert (model.name, model.network_model, model.weight_encoding) == ("xpert-rram", "xpertsim", "offset")
    assert (model.crossbar_size, model.bits_per_cell) == (64, 4)
    with pytest.raises(AttributeError):
        model.preset = None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"column_sharing": 64}, "column_sharing: 64 .* 2 to 32"),
        ({"adc_bits": 9}, "adc_bits: 9 .* 3 to 8"),
        ({"input_bits": 0}, "input_bits: 0 .* 1 to 8"),
        ({"input_bits": 1}, "input_bits: 1 bit is not modelled by the original; valid are 2 to 8"),
        ({"channels": 5000}, "channels: 5000 .* 1 to 4096"),
        ({"adc_type": 2}, r"adc_type: unknown; valid are 0 \(flash\), 1 \(sar\)"),
    ],
)
def test_genes_outside_the_model_are_refused(change, message):
    designs = random_designs(2)
    ((gene, value),) = change.items()
    values = getattr(designs, gene).copy()
    values[1, 4] = value
    with pytest.raises(InputError, match=message):
        MODEL.evaluate(replace(designs, **{gene: values}))


def test_flash_at_65_nm_is_refused():
    with pytest.raises(InputError, match="adc_type: flash is not validated at 65 nm; valid is sar"):
        HardwareModel.from_preset("rram-65nm").evaluate(stack([homogeneous(adc_type="flash")]))


def test_even_kernels_are_refused():
    table = layer_table(random_designs(1), MODEL.preset).flat()
    with pytest.raises(InputError, match="kernel: even"):
        MODEL.evaluate_layers(replace(table, kernel=np.full(13, 2)))


def test_every_field_of_a_layer_is_filled():
    table = layer_table(random_designs(1), MODEL.preset).flat()
    layers = MODEL.evaluate_layers(table)
    assert {values.shape for values in vars(layers).values()} == {(13,)}
    assert isinstance(layers, LayerMetrics)
