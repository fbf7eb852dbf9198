import numpy as np
import pytest

from tests.hardware.test_model import MODELS
from xpert_evo.design.genes import ACCURACY_GENES
from xpert_evo.search.candidates.evolved import AccuracyGenes, AllGenes
from xpert_evo.search.candidates.sampling import homogeneous_genomes, smooth_genomes
from xpert_evo.search.settings import SearchSettings

SETTINGS = SearchSettings()
MODEL = MODELS["chip"]


@pytest.fixture
def factored(space):
    return AccuracyGenes(space, MODEL, SETTINGS)


def test_all_genes_stand_for_themselves(space):
    plain = AllGenes(space, MODEL, SETTINGS)
    genomes = space.sample(5, np.random.default_rng(0))

    which, designs = plain.designs(genomes)

    assert which.tolist() == [0, 1, 2, 3, 4]
    assert (space.encode(designs) == genomes).all()


def test_designs_have_the_accuracy_genes_of_their_genome_and_better_peripherals(factored, space):
    genomes = smooth_genomes(factored.genomes, 4, np.random.default_rng(1))
    plain = factored.genomes.decode(genomes)

    which, designs = factored.designs(genomes)

    assert sorted(set(which)) == [0, 1, 2, 3]
    for gene in ACCURACY_GENES:
        assert (getattr(designs, gene) == getattr(plain, gene)[which]).all()
    edap = MODEL.evaluate(designs).edap_pj_ns_um2
    best = np.array([edap[which == row].min() for row in range(4)])
    assert (best < 0.999 * MODEL.evaluate(plain).edap_pj_ns_um2).all()
    assert (np.log10(best) <= factored.log_edap(genomes) + 1e-3).all()


def test_a_homogeneous_genome_stands_for_the_best_homogeneous_design_too(factored):
    genomes = homogeneous_genomes(factored.genomes, 30, np.random.default_rng(0))
    row = int(np.flatnonzero(factored.genomes.decode(genomes).homogeneous())[0])

    _, designs = factored.designs(genomes[row : row + 1])

    uniform = designs[np.flatnonzero(designs.homogeneous())]
    assert len(uniform) >= 1
    assert np.log10(MODEL.evaluate(uniform).edap_pj_ns_um2.min()) == pytest.approx(
        float(factored.log_edap(genomes[row : row + 1])[0])
    )


def test_a_genome_is_allowed_if_one_of_its_designs_is(factored):
    genomes = smooth_genomes(factored.genomes, 6, np.random.default_rng(2))
    bound = float(np.median(MODEL.evaluate(factored.genomes.decode(genomes)).area_um2))

    allowed = factored.allowed(lambda designs: MODEL.evaluate(designs).area_um2 <= bound, genomes)

    plain = MODEL.evaluate(factored.genomes.decode(genomes)).area_um2 <= bound
    assert (allowed >= plain).all()
    assert not factored.allowed(lambda designs: np.zeros(len(designs), dtype=bool), genomes).any()
