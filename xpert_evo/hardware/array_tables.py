"""Tables of a space whose designs choose their array: those of every array, built when they are first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from xpert_evo.design.genes import ARRAY_GENES
from xpert_evo.design.space import SearchSpace
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.side_by_side import side_by_side
from xpert_evo.hardware.tables import CostTables, TableMetrics


@dataclass
class ArrayTables:
    """The tables of a search space on one chip, whatever array a design has; see `tables.CostTables`."""

    hardware: HardwareModel
    space: SearchSpace
    _tables: dict[tuple[int, ...], CostTables] = field(default_factory=dict)

    @classmethod
    def build(cls, hardware: HardwareModel, space: SearchSpace) -> ArrayTables:
        """All of them at once.

        Raises:
            InputError: see `CostTables.build`; or the chip has no such array.
        """
        tables = cls(hardware, space)
        every = list(product(*(range(count) for count in space.array_counts)))

        def build(parts: list[slice]) -> None:
            for part in parts:
                for positions in every[part]:
                    tables.of(positions)

        side_by_side(build, len(every), largest=1, least=1)
        return tables

    def of(self, positions: tuple[int, ...]) -> CostTables:
        """The tables of one array, whose genomes have layers' genes alone.

        Args:
            positions: of its genes' choices, in the order of `space.array`.

        Raises:
            InputError: see `build`.
        """
        if positions not in self._tables:
            chosen = dict(zip(self.space.array, positions, strict=True))
            array = [self.space.array[gene][chosen[gene]] if gene in chosen else 0 for gene in ARRAY_GENES]
            preset = self.hardware.preset.with_array(*array)
            self._tables[positions] = CostTables.build(HardwareModel(preset), replace(self.space, array={}))
        return self._tables[positions]

    def evaluate(self, genomes: np.ndarray) -> TableMetrics:
        """Metrics of genomes, uint8 (P, genes): those of one array together.

        Raises:
            InputError: a gene is no position of a choice.
        """
        cut = self.space.counts.size
        if not self.space.array:
            return self.of(()).evaluate(genomes)
        if genomes.ndim != 2 or genomes.shape[1] != self.space.genes:
            self.space.validate(genomes)
        counts = self.space.array_counts
        positions = genomes[:, cut:].T.astype(np.uint16, order="C")
        if (positions >= counts[:, None]).any():
            self.space.validate(genomes)
        number = np.ravel_multi_index(tuple(positions), tuple(counts)).astype(np.uint16)
        order = np.argsort(number, kind="stable")
        ends = np.cumsum(np.bincount(number, minlength=int(np.prod(counts))))
        metrics = TableMetrics(*(np.empty(len(genomes)) for _ in range(4)))
        for array, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
            tables = self.of(tuple(int(place) for place in np.unravel_index(array, tuple(counts))))
            own = order[start:end]
            for name, values in vars(tables.evaluate_at(own, genomes)).items():
                getattr(metrics, name)[own] = values
        return metrics
