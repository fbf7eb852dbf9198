import numpy as np
import pytest

from tests.hardware.test_model import MODELS
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.search.candidates.evolved import AccuracyGenes
from xpert_evo.search.candidates.features import capacity
from xpert_evo.search.candidates.quick_peripherals import QuickPeripherals
from xpert_evo.search.candidates.sampling import baselines, smooth_genomes
from xpert_evo.search.candidates.screening import FIRST_TOLERANCE, Screening
from xpert_evo.search.figures import hardware_columns
from xpert_evo.search.objectives import violations
from xpert_evo.search.settings import SearchSettings

EDAP = "edap_pj_ns_um2"

ARRAY = ArrayShape(weight_encoding="differential")


@pytest.fixture
def screening(space):
    """Makes one with constraints."""

    def make(*constraints: str) -> Screening:
        settings = SearchSettings(objectives=("error", EDAP), constraints=constraints)
        parsed = settings.parsed_constraints()

        def allowed(designs):
            return (violations(hardware_columns(MODELS["chip"], designs), parsed) <= 0).all(axis=1)

        return Screening(AccuracyGenes(space, MODELS["chip"], settings), allowed, (EDAP,))

    return make


def test_the_first_designs_are_the_baseline_and_those_of_most_capacity_for_their_edap(screening, space):
    ours = screening("macs <= 3.2e8")

    genomes = ours.first(8, np.random.default_rng(0), candidates=4000)

    designs = ours.evolved.genomes.decode(genomes)
    reference = baselines(space)
    assert len(np.unique(genomes, axis=0)) == len(genomes) == 8
    for gene in ("channels", "adc_bits", "input_bits"):
        assert (getattr(designs, gene)[0] == getattr(reference, gene)[0]).all()
    assert (designs.macs() <= 3.2e8).all()
    # Of 500 smooth designs none that costs no more has much more capacity than any of them.
    others = smooth_genomes(ours.evolved.genomes, 500, np.random.default_rng(1))
    edap, score = (
        _edap(ours, others),
        capacity(ours.evolved.genomes.decode(others), ARRAY, FIRST_TOLERANCE),
    )
    found, mine = (
        _edap(ours, genomes[1:]),
        capacity(designs, ARRAY, FIRST_TOLERANCE)[1:],
    )
    for cost, own in zip(found, mine, strict=True):
        assert score[edap <= cost].max(initial=-np.inf) <= own + 0.1
    assert np.ptp(found) > 2  # decades


def test_constraints_on_the_chip_hold_for_the_first_designs(screening):
    ours = screening("area_um2 <= 2e7")

    genomes = ours.first(6, np.random.default_rng(0), candidates=2000)

    _, designs = ours.evolved.designs(genomes)
    assert len(genomes) == 6 and ours.evolved.allowed(ours.allowed, genomes).all()
    assert MODELS["chip"].evaluate(designs).area_um2.min() <= 2e7


def test_nothing_is_found_where_nothing_is_allowed(screening):
    assert len(screening("area_um2 <= 1").first(6, np.random.default_rng(0), candidates=1000)) == 0


def _edap(ours: Screening, genomes: np.ndarray) -> np.ndarray:
    """log10 EDAP with good peripherals, float64 (P,)."""
    return QuickPeripherals(ours.evolved.peripherals).objectives(genomes, (EDAP,))[:, 0]
