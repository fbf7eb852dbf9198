"""The genes that accuracy doesn't depend on, column sharing and ADC type, solved for a network whose others are given.

Energy, latency and tile area are sums over layers of what at most ten options a layer cost, so the Pareto set of a
network is built layer by layer: every partial sum with every option of the next layer, less what is dominated. Of
partial sums that are nearly the same (`TOLERANCE` in every sum) one is kept.

What a network's metrics are besides is a function of these sums that never falls as one of them rises, once it is
known what the layers share. On one chip that is sized by the smallest sharing of all layers, so there it is done once
for each smallest sharing. Adders and registers that are sized by another layer's precision are the one thing that
this doesn't see; they are a small share of the area, and in the metrics of what is found.

Tables know energy, latency, area and what follows from these and the operations. Anything else that a search is for,
such as leakage or a function of the user's own, is computed by formulas for all of the Pareto set, and the best of
these taken: exact, within the tolerance, of what never gets better as energy, latency or area rise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import moocore
import numpy as np

from xpert_evo.design.genes import GENES, AdcType
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.hardware.array_tables import ArrayTables
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.quantities import ERROR
from xpert_evo.hardware.tables import CostTables, TableMetrics
from xpert_evo.search.figures import Extra, hardware_columns
from xpert_evo.search.objectives import PLANE, objective_matrix, violations
from xpert_evo.search.settings import Constraint

HARDWARE_GENES = ("column_sharing", "adc_type")
TILE_GENE = "crossbars_per_tile"  # of the chip; solved beside them, by trying all
USUAL_TILE = 16  # crossbars, where a single number is wanted
# Of each sum and layer: over 13 layers a kept design is within 2 % of one that was dropped for it.
TOLERANCE = 1.5e-3
SAME_FOR_ALL = {ERROR, "accuracy", "macs", "parameters"}  # whatever the peripherals are
TABLED = {"energy_pj", "latency_ns", "area_um2", "edap_pj_ns_um2", "tops", "tops_per_w", "tops_per_mm2"}
_COLUMNS = [GENES.index(gene) for gene in HARDWARE_GENES]
_BOX_BITS = 20


def uniform_space(
    space: SearchSpace, column_sharing: int = 8, adc_type: int = AdcType.FLASH, tile: int = USUAL_TILE
) -> SearchSpace:
    """The same space with the genes frozen that accuracy doesn't depend on, at the choices nearest to those given."""
    return space.frozen({"column_sharing": column_sharing, "adc_type": adc_type, TILE_GENE: tile})


def uniform_spaces(space: SearchSpace) -> list[SearchSpace]:
    """A space for every combination of choices that the hardware-only genes have somewhere."""
    different = [np.unique(space.values[:, column]).tolist() for column in _COLUMNS]
    tiles = space.array.get(TILE_GENE, (USUAL_TILE,))
    return [uniform_space(space, *chosen) for chosen in product(*different, tiles)]


def pareto_sums(costs: list[np.ndarray], tolerance: float) -> np.ndarray:
    """Choices of one option a layer whose sums no others better, beyond the tolerance, in every sum.

    Args:
        costs: a layer's options, positive float64 (options, M), L of them.
        tolerance: relative, of every layer added; 0 for none.

    Returns:
        int64 (N, L).
    """
    sums, chosen = np.zeros((1, costs[0].shape[1])), np.zeros((1, 0), dtype=np.int64)
    for options in costs:
        useful = np.flatnonzero(moocore.is_nondominated(options, keep_weakly=False))
        sums = (sums[:, None, :] + options[useful]).reshape(-1, options.shape[1])
        keep = _undominated(sums, tolerance)
        before, option = np.divmod(keep, len(useful))
        chosen = np.column_stack([chosen[before], useful[option]])
        sums = sums[keep]
    return chosen


def _undominated(sums: np.ndarray, tolerance: float) -> np.ndarray:
    if tolerance:
        boxes = np.floor(np.log(sums / sums.min(axis=0)) / np.log1p(tolerance)).astype(np.int64)
        keys = boxes @ (1 << _BOX_BITS * np.arange(sums.shape[1], dtype=np.int64))
        _, first = np.unique(keys, return_index=True)
        first = first[moocore.is_nondominated(boxes[first].astype(float), keep_weakly=False)]
    else:
        first = np.arange(len(sums))
    return np.sort(first[moocore.is_nondominated(sums[first], keep_weakly=False)])


@dataclass
class PeripheralSearch:
    """Solves the hardware-only genes of a space on a chip; keeps the tables it builds.

    Attributes:
        extra: figures that a search is for beside the store's metrics.
    """

    hardware: HardwareModel
    space: SearchSpace
    tolerance: float = TOLERANCE
    extra: Extra = field(default_factory=dict)
    tables: ArrayTables = field(init=False)

    def __post_init__(self) -> None:
        self.tables = ArrayTables(self.hardware, self.space)

    def best(self, genome: np.ndarray, objectives: Sequence[str], constraints: Sequence[Constraint] = ()) -> np.ndarray:
        """For every objective the genome that is best in it, constraints held if they can be.

        Args:
            genome: see `pareto_set`; how many crossbars a tile has is of no account either, where it is searched.
            objectives: those of a search, without those of `SAME_FOR_ALL`; EDAP where none is left.
            constraints: of these, those that peripherals decide.

        Returns:
            Different genomes, uint8 (N, genes), at most one an objective.
        """
        sets = [self.pareto_set(same) for same in self.on_all_tiles(genome)]
        genomes = np.concatenate([found for found, _ in sets])
        known = [constraint for constraint in constraints if constraint.metric not in SAME_FOR_ALL]
        names = [name for name in objectives if name not in SAME_FOR_ALL] or [PLANE[1]]
        wanted = {*names, *(constraint.metric for constraint in known)}
        columns = {
            name: np.concatenate([np.asarray(getattr(metrics, name)) for _, metrics in sets])
            for name in {PLANE[1], *wanted} & TABLED
        }
        if wanted - TABLED:
            computed = hardware_columns(self.hardware, self.space.decode(genomes), self.extra)
            columns |= {name: computed[name] for name in wanted - TABLED}
        allowed = np.flatnonzero((violations(columns, known) <= 0).all(axis=1))
        if not len(allowed):
            allowed = np.arange(len(genomes))
        best = [self._best_row(columns, name, allowed) for name in names]
        return genomes[np.unique(best)]

    def _best_row(self, columns: Mapping[str, np.ndarray], name: str, allowed: np.ndarray) -> int:
        """Of the allowed rows; of those equal in an objective that tables don't know, that of least EDAP."""
        values = objective_matrix(columns, (name,))[allowed, 0]
        if name not in TABLED:
            allowed = allowed[values == values.min()]
            values = columns[PLANE[1]][allowed]
        return int(allowed[values.argmin()])

    def pareto_set(self, genome: np.ndarray) -> tuple[np.ndarray, TableMetrics]:
        """All choices of the hardware-only genes that may be best in anything of energy, latency and area.

        Args:
            genome: uint8 (genes,), of the space; its hardware-only genes are of no account.

        Returns:
            Genomes, uint8 (N, genes), and their metrics.
        """
        tables = self.tables_of(genome)
        own = genome[: self.space.counts.size].reshape(self.space.counts.shape)
        options = [self._options(own, layer) for layer in range(self.space.layers)]
        costs = [tables.separable(layer, here, own[:, 0]) for layer, here in enumerate(options)]
        sharings = [self.space.values[layer, _COLUMNS[0], here[:, _COLUMNS[0]]] for layer, here in enumerate(options)]
        found = []
        for least in self.least_sharings(sharings):
            allowed = [np.flatnonzero(sharing >= least) for sharing in sharings]
            picks = pareto_sums([cost[which] for cost, which in zip(costs, allowed, strict=True)], self.tolerance)
            found.append(np.column_stack([which[pick] for which, pick in zip(allowed, picks.T, strict=True)]))
        chosen = np.unique(np.concatenate(found), axis=0)
        layers = np.stack([here[pick] for here, pick in zip(options, chosen.T, strict=True)], axis=1)
        genomes = layers.reshape(len(chosen), -1)
        tail = np.tile(genome[self.space.counts.size :], (len(genomes), 1))
        return np.concatenate([genomes, tail], axis=1), tables.evaluate(genomes)

    def on_all_tiles(self, genome: np.ndarray) -> np.ndarray:
        """The genome with every number of crossbars a tile that is searched, uint8 (choices, genes)."""
        names = list(self.space.array)
        if TILE_GENE not in names:
            return genome[None]
        column = self.space.counts.size + names.index(TILE_GENE)
        choices = np.arange(len(self.space.array[TILE_GENE]), dtype=np.uint8)
        genomes = np.tile(genome, (len(choices), 1))
        genomes[:, column] = choices
        return genomes

    def _options(self, own: np.ndarray, layer: int) -> np.ndarray:
        """A layer's genes with every combination of the hardware-only ones, uint8 (options, G)."""
        counts = [self.space.counts[layer, column] for column in _COLUMNS]
        options = np.tile(own[layer], (int(np.prod(counts)), 1))
        options[:, _COLUMNS] = list(product(*map(range, counts)))
        return options

    def least_sharings(self, sharings: list[np.ndarray]) -> np.ndarray:
        """Sharings that may be the smallest of all layers; one for all where layers share nothing."""
        different = np.unique(np.concatenate(sharings))
        if self.hardware.preset.switches.filler_layer:
            return different[:1]
        return different[different <= min(sharing.max() for sharing in sharings)]

    def tables_of(self, genome: np.ndarray) -> CostTables:
        """Of the genome's own array, where arrays are searched."""
        try:
            return self.tables.of(tuple(map(int, genome[self.space.counts.size :])))
        except InputError as error:
            raise InputError(f'{error}; or search over all genes with search.algorithm = "nsga2"') from error
