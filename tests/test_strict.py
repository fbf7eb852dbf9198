import pytest
from pydantic import ValidationError

from xpert_evo.accuracy.settings import ProxySettings
from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.search.settings import SearchSettings


@pytest.mark.parametrize(
    ("settings", "content"),
    [
        (SearchSettings, {"trainings": True}),
        (ProxySettings, {"epochs": True}),
        (ProxySettings, {"learning_rate": True}),
        (SpaceSettings, {"adc_bits": [3, True]}),
        (SearchSettings, {"surrogate": {"batch": False}}),
    ],
)
def test_true_is_no_number(settings, content):
    with pytest.raises(ValidationError, match="no valid value"):
        settings.model_validate(content)


def test_true_is_what_it_is_where_it_is_wanted():
    assert ProxySettings(bfloat16=True).bfloat16


def test_true_is_no_gene():
    content = homogeneous().to_json()
    content["layers"][3]["adc_bits"] = True
    with pytest.raises(ValidationError, match=r"layers.3.adc_bits"):
        Design.model_validate(content)


@pytest.mark.parametrize("name", ["offspring", "population", "trainings", "generations", "confirm_seeds", "promoted"])
def test_counts_are_bounded(name):
    with pytest.raises(ValidationError, match=name):
        SearchSettings.model_validate({name: 1_000_000_000})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_are_finite(value):
    with pytest.raises(ValidationError, match="learning_rate"):
        ProxySettings(learning_rate=value)
