import pytest

from xpert_evo.analysis.breakdown import PANELS, breakdown_figure, breakdown_picture, parts_of
from xpert_evo.design.design import homogeneous
from xpert_evo.hardware.simulate import simulate_with_layers

DESIGNS = [homogeneous(id="flashy", adc_type="flash"), homogeneous(id="sarcastic", adc_type="sar", input_bits=4)]


@pytest.mark.parametrize("network_model", ["chip", "xpertsim"])
def test_parts_add_up_to_the_whole(network_model):
    _, layers = simulate_with_layers(DESIGNS, network_model=network_model)
    for quantity, (parts, _, factor) in PANELS.items():
        frame = parts_of(layers, quantity)
        assert tuple(frame) == parts
        assert (frame.to_numpy() > -1e-9).all()
        whole = "chip_area_um2" if (quantity, network_model) == ("area_um2", "xpertsim") else quantity
        assert frame.sum(axis=1).to_numpy() == pytest.approx(layers[whole].fillna(0.0).to_numpy() * factor)


def test_a_picture_is_drawn_the_same_twice(tmp_path):
    _, layers = simulate_with_layers(DESIGNS[:1])
    for name in ("one.png", "two.png"):
        breakdown_picture("design flashy", layers, "for a test", tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_adcs_of_a_table_are_told_apart_by_their_names():
    _, layers = simulate_with_layers(DESIGNS[1:])
    layers["adc_type"] = ["survey", "macro", *layers["adc_type"][2:]]
    figure = breakdown_figure("design", layers, "for a test", 7.16)
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["SAR ADC", "macro ADC", "survey ADC"]
    bars = [bar.patches[0] for bar in figure.axes[0].containers[:3]]
    assert len({(bar.get_facecolor(), bar.get_hatch()) for bar in bars}) == 3


@pytest.mark.parametrize(("network_model", "shared"), [("chip", True), ("xpertsim", False)])
def test_what_layers_share_has_a_bar_or_their_filler_layers_are_named(network_model, shared):
    _, layers = simulate_with_layers(DESIGNS[:1], network_model=network_model)
    figure = breakdown_figure("design flashy", layers, "for a test", 7.16)
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    assert any("filler layers" in title for title in titles) != shared
    names = [label.get_text() for label in figure.axes[-1].get_xticklabels()]
    assert names == [*map(str, range(1, 14)), *(["all"] if shared else [])]
