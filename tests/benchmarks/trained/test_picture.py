import pandas as pd
import pytest

from benchmarks.trained import picture
from benchmarks.trained.table import pictured, table_of, valid
from tests.analysis.drawn import assert_legible
from xpert_evo.analysis import style
from xpert_evo.design.design import Design, homogeneous

RESULT = {
    **dict.fromkeys(("float_accuracy", "validation_accuracy"), 0.9),
    **dict.fromkeys(("training_seconds", "test_seconds"), 1.0),
    "exact_standard_error": 0.003,
    "exact_images": 10000,
    "data": ["CIFAR-10, train: 50000 images", "CIFAR-10, test: 10000 images"],
    "settings": {"epochs": 24},
    "array": {"weight_encoding": "differential"},
}


def mixed(bits: int) -> Design:
    narrow = homogeneous(width=0.375, adc_bits=4, input_bits=4)
    return narrow.model_copy(
        update={"layers": (narrow.layers[0].model_copy(update={"adc_bits": bits}), *narrow.layers[1:])}
    )


@pytest.fixture
def table() -> pd.DataFrame:
    """Networks as they lie: some close to each other, a full-width one far away."""
    designs = {
        "homogeneous-w1-adc6-in8": (homogeneous(), 0.936),
        "homogeneous-w0.5-adc4-in4": (homogeneous(width=0.5, adc_bits=4, input_bits=4), 0.915),
        "homogeneous-w0.375-adc4-in4": (homogeneous(width=0.375, adc_bits=4, input_bits=4), 0.901),
        "co-searched-a": (mixed(6), 0.902),
        "co-searched-b": (mixed(7), 0.903),
        "widened-c": (mixed(8), 0.93),
    }
    networks = {
        name: (design, {**RESULT, "design": name, "exact_accuracy": accuracy})
        for name, (design, accuracy) in designs.items()
    }
    return pictured(table_of(networks), {name: design for name, (design, _) in networks.items()})


@pytest.mark.parametrize("width", [3.5, 7.16])
def test_networks_have_names_that_can_be_said_and_read(table, monkeypatch, width):
    with style.drawing(width):
        figure = picture.accuracies(table, valid(RESULT), width)
        texts = [text.text for text in assert_legible(figure, monkeypatch)]
    assert {"full width, 6/8 bits", "half width, 4/4 bits", "3/8 width, 4/4 bits", "a", "b", "c"} <= set(texts)
    assert {"1x", "100x"} <= set(texts), "gains, above"
    assert "co-searched, then widened by hand" in texts and "full-width VGG16" in texts
    words = " ".join(texts).replace("\n", " ")
    assert (
        "test accuracy, every conversion simulated (%)" in words and "24 epochs each" in words and "CIFAR-10 ·" in words
    )


def test_edap_is_as_in_a_search_and_gains_stand_above_it(table):
    with style.drawing(7.16):
        figure = picture.accuracies(table, "", 7.16)
        figure.draw_without_rendering()
    axis = figure.axes[0]
    above = axis.child_axes[0]
    low, high = axis.get_xlim()
    assert low < high, "lower EDAP to the left"
    baseline = table.loc[table["full_width"], picture.EDAP].item() * 1e-21
    for gain in (1, 100):
        place = axis.transData.transform((baseline / gain, 0))[0]
        assert above.transData.transform((gain, 0))[0] == pytest.approx(place)


def test_a_baseline_that_was_not_trained_is_a_line(table):
    with style.drawing(7.16):
        figure = picture.accuracies(table[~table["full_width"]], "", 7.16)
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "full-width VGG16 (not trained by this recipe)" in names


def test_the_picture_is_written_twice_the_same(table, tmp_path):
    for name in ("one.png", "two.png"):
        picture.draw(table, tmp_path / name, "valid")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
