"""The designs of the study: what a search's first population would be."""

from functools import partial

import numpy as np

from benchmarks.record import as_published
from xpert_evo.design.design import Design
from xpert_evo.design.designs import Designs
from xpert_evo.search.candidates.evolved import AccuracyGenes
from xpert_evo.search.candidates.sampling import first_population
from xpert_evo.search.figures import hardware_columns
from xpert_evo.search.objectives import violations
from xpert_evo.workflows.problem import Problem

SEED = 1
WHOLE_SPACE, FEW_INPUT_BITS = 24, 12
FEW = [2, 3, 4]  # input bits of the second group in every layer


def problem() -> Problem:
    return as_published("problems/cifar10.toml")


def sampled(of: Problem, count: int) -> list[Design]:
    """A first population of the search that `of` describes, each design with its peripherals of least EDAP."""
    hardware, space = of.hardware.load(), of.search_space()
    evolved = AccuracyGenes(space, hardware, of.search)
    constraints = [c for c in of.search.parsed_constraints() if not c.needs_training]

    def allowed(designs: Designs) -> np.ndarray:
        return (violations(hardware_columns(hardware, designs), constraints) <= 0).all(axis=1)

    generator = np.random.default_rng(SEED)
    first = first_population(evolved.genomes, count, generator, evolved.log_edap, partial(evolved.allowed, allowed))
    designs = []
    for genome in first:
        _, variants = evolved.designs(genome[None])
        cheapest = int(hardware.evaluate(variants).edap_pj_ns_um2.argmin())
        designs.append(variants.design(cheapest).named())
    return designs


def studied() -> list[Design]:
    """Designs of the whole space, then designs whose inputs have few bits."""
    whole = problem()
    few = whole.model_copy(update={"space": whole.space.model_copy(update={"input_bits": FEW})})
    designs = [*sampled(whole, WHOLE_SPACE), *sampled(few, FEW_INPUT_BITS)]
    return list({design.id: design for design in designs}.values())
