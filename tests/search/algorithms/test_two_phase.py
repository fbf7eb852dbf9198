import numpy as np
import pytest

from tests.hardware.test_model import MODELS
from xpert_evo.errors import InputError

SMALL = {
    "population": 8,
    "offspring": 6,
    "trainings": 24,
    "two_phase": {"area_um2": 2.5e7, "tolerance": 0.2, "share": 0.5, "slack": 0.05},
}


def test_first_the_network_within_the_area_then_its_precisions(play):
    played = play("two-phase", 8, **SMALL)

    phases = [report["phase"] for report in played.reports]
    assert phases == sorted(phases) and set(phases) == {1, 2}
    first = [designs for designs, phase in zip(played.asked, phases, strict=True) if phase == 1]
    second = [designs for designs, phase in zip(played.asked, phases, strict=True) if phase == 2]
    for designs in first:
        assert (designs.adc_bits == 6).all() and (designs.input_bits == 8).all()
        assert (np.abs(MODELS["chip"].evaluate(designs).area_um2 / 2.5e7 - 1) <= 0.2).all()
    network = second[0]
    for designs in second:
        for gene in ("channels", "column_sharing", "adc_type"):
            assert (getattr(designs, gene) == getattr(network, gene)[0]).all()
    assert len(np.unique(np.concatenate([designs.adc_bits for designs in second]), axis=0)) > 4
    depths = {channels.tobytes() for designs in first for channels in designs.channels}
    assert network.channels[0].tobytes() in depths and len(depths) >= 12


def test_the_network_is_the_fastest_of_the_accurate_ones(play):
    played = play("two-phase", 8, **SMALL)
    phases = np.array([report["phase"] for report in played.reports])
    first = [designs for designs, phase in zip(played.asked, phases, strict=True) if phase == 1]
    errors = np.concatenate(
        [values[:, 0] for values, phase in zip(played.objectives, phases, strict=True) if phase == 1]
    )
    latency = np.concatenate([MODELS["chip"].evaluate(designs).latency_ns for designs in first])

    network = played.asked[int(np.argmax(phases == 2))]

    near = errors <= errors.min() + 0.05
    assert near.sum() > 1 and not near.all()
    fastest = np.concatenate([designs.channels for designs in first])[np.flatnonzero(near)[latency[near].argmin()]]
    assert (network.channels[0] == fastest).all()


def test_an_area_that_no_design_has_is_named(play):
    with pytest.raises(InputError, match=r"search.two_phase.area_um2: no allowed design of 1 um2"):
        play("two-phase", 1, two_phase={"area_um2": 1.0})
