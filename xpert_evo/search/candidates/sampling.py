"""The first population: homogeneous and smooth designs, spread over the logarithm of EDAP.

Drawn gene by gene, nine designs of ten would hold a 3-bit ADC and a 16-channel layer somewhere, and their
trainings would teach the search nothing about good networks.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import Designs, stack
from xpert_evo.design.genes import ADC_TYPES, GENES
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.hardware.model import HardwareModel

CANDIDATES = 4000
WIDTHS = (1.0, 0.75, 0.5, 0.375, 0.25, 0.125)
HOMOGENEOUS_SHARE = 0.25


def baselines(space: SearchSpace) -> Designs:
    """The homogeneous networks that every ratio is against: sharing 8, 6-bit ADC, 8-bit inputs and weights."""
    shape: dict[str, Any] = {
        "image_size": space.image_size,
        "image_channels": space.image_channels,
        "classes": space.classes,
        "network": space.network,
    }
    return stack([homogeneous(adc_type=kind, **shape) for kind in ADC_TYPES])


def modelled_baselines(space: SearchSpace, hardware: HardwareModel) -> tuple[list[str], Designs]:
    """The homogeneous baselines of the ADC types that a chip has: at 65 nm there is no flash."""
    references = baselines(space)
    there = []
    for row in range(len(references)):
        try:
            hardware.evaluate(references[row : row + 1])
            there.append(row)
        except InputError:
            continue
    return [ADC_TYPES[row] for row in there], references[np.array(there, dtype=int)]


def homogeneous_genomes(space: SearchSpace, count: int, generator: np.random.Generator) -> np.ndarray:
    """Uniform width multiples of the standard network with one peripheral setting each, uint8 (count, genes).

    A width's channels are the choices nearest to it on a logarithmic scale.
    """
    widths = generator.choice(WIDTHS, size=count)
    wanted = np.log(widths[:, None] * np.array(space.network.channels))
    genes = len(space.layer_genes)
    levels = generator.random((count, genes))
    genomes = np.empty((count, space.layers, genes), dtype=np.uint8)
    for layer in range(space.layers):
        choices = np.log(space.choices(layer, "channels"))
        genomes[:, layer, 0] = np.abs(choices - wanted[:, layer, None]).argmin(axis=1)
        genomes[:, layer, 1:] = levels[:, 1:] * space.counts[layer, 1:]
    return _with_arrays(space, genomes, generator)


def smooth_genomes(space: SearchSpace, count: int, generator: np.random.Generator) -> np.ndarray:
    """Designs whose genes run smoothly from the first layer to the last, uint8 (count, genes).

    Every ordinal gene follows a power curve between two levels of its range of choices; the ADC type
    changes at most once.
    """
    depth = np.linspace(0, 1, space.layers)[None, :, None]
    genes = len(space.layer_genes)
    start, end = generator.random((2, count, 1, genes))
    power = np.exp(generator.uniform(-1, 1, size=(count, 1, genes)))
    levels = start + (end - start) * depth**power
    switch = generator.uniform(-0.5, 1.5, size=(count, 1))
    type_column = GENES.index("adc_type")
    kinds = max(2, space.counts[:, type_column].max())
    first_type = generator.integers(0, kinds, size=(count, 1))
    other_type = 1 - first_type
    if kinds > 2:
        other_type = (first_type + generator.integers(1, kinds, size=(count, 1))) % kinds
    levels[:, :, type_column] = np.where(depth[:, :, 0] < switch, first_type, other_type) / (kinds - 1)
    positions = np.rint(levels * (space.counts - 1)).astype(np.uint8)
    return _with_arrays(space, positions, generator)


def _with_arrays(space: SearchSpace, layers: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Genes of layers (count, L, G) as genomes, the chip-level genes drawn one by one."""
    arrays = generator.integers(0, space.array_counts, size=(len(layers), len(space.array)))
    return np.concatenate([layers.reshape(len(layers), -1), arrays.astype(np.uint8)], axis=1)


def first_population(
    space: SearchSpace,
    size: int,
    generator: np.random.Generator,
    log_edap: Callable[[np.ndarray], np.ndarray],
    allowed: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """Genomes of the first generation, uint8 (at most size, genes), without duplicates.

    The baselines stand first where the space and the constraints hold them. A quarter of the rest is
    homogeneous, the others are smooth; each kind is spread evenly over the log EDAP that its allowed
    candidates span.

    Args:
        log_edap: genomes (P, genes) -> float (P,).
        allowed: genomes (P, genes) -> bool (P,), the constraints that need no training.
    """
    chosen = [baseline_genomes(space, allowed)]
    wanted = max(0, size - sum(map(len, chosen)))
    homogeneous_share = round(HOMOGENEOUS_SHARE * wanted)
    for draw, share in (
        (homogeneous_genomes, homogeneous_share),
        (smooth_genomes, wanted - homogeneous_share),
    ):
        candidates = np.unique(draw(space, CANDIDATES, generator), axis=0)
        candidates = candidates[allowed(candidates)]
        if len(candidates):
            chosen.append(candidates[spread(log_edap(candidates), share)])
    return distinct(np.concatenate(chosen))[:size]


def baseline_genomes(space: SearchSpace, allowed: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Genomes of the baselines that the space and the constraints hold, uint8 (at most 2, genes)."""
    references = baselines(space)
    held = references[space.contains(references)]
    genomes = space.encode(held) if len(held) else np.empty((0, space.genes), dtype=np.uint8)
    return genomes[allowed(genomes)] if len(genomes) else genomes


def distinct(genomes: np.ndarray) -> np.ndarray:
    """Genomes (P, genes) in their order, each the first time that it comes."""
    _, first = np.unique(genomes, axis=0, return_index=True)
    return genomes[np.sort(first)]


def spread(values: np.ndarray, count: int) -> np.ndarray:
    """Positions of `count` values nearest to evenly spaced points between the smallest and the largest."""
    order = np.argsort(values, kind="stable")
    targets = np.linspace(values[order[0]], values[order[-1]], count)
    nearest = np.clip(np.searchsorted(values[order], targets), 0, len(values) - 1)
    return order[np.unique(nearest)]
