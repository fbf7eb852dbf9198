import io

import pytest
from rich.console import Console

from xpert_evo.analysis.breakdown import PANELS, breakdown_picture, breakdown_tables, parts_of
from xpert_evo.design.designs import homogeneous
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


def test_the_tables_are_worth_reading():
    metrics, layers = simulate_with_layers(DESIGNS)
    console = Console(file=io.StringIO(), width=110)
    for table in breakdown_tables(layers):
        console.print(table)
    text = console.file.getvalue()
    assert text.index("flashy: layers") < text.index("flashy: parts") < text.index("sarcastic: layers")
    assert text.count("shared") >= 2
    first = next(line for line in text.splitlines() if line.startswith("│      1 │"))
    assert first.split()[1:16:2] == ["1", "64", "8", "flash", "6", "8", "1", "2.45"]
    assert float(first.split()[17]) == pytest.approx(layers["energy_pj"][0] * 1e-6, rel=1e-2)
    assert metrics["energy_pj"][0] == pytest.approx(layers["energy_pj"][:13].sum())


@pytest.mark.parametrize("network_model", ["chip", "xpertsim"])
def test_a_picture_is_drawn_the_same_twice(tmp_path, network_model):
    _, layers = simulate_with_layers(DESIGNS[:1], network_model=network_model)
    for name in ("one.png", "two.png"):
        breakdown_picture("design flashy", layers, "for a test", tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
