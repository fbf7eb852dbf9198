"""Compiled tables: what discrete choices determine is computed once, then millions of genomes are gathers and sums.

A layer's costs depend on its position, the widths that it reads and has, and its own other genes. Rows hold float32
figures that a network's costs are sums (and, for what a chip's layers share, maxima) of. `HardwareModel` says the same
within 1e-6, only slower.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.hardware.layer_faults import check_layers
from xpert_evo.hardware.layers import LayerTable
from xpert_evo.hardware.metrics import POST_LAYOUT_ENERGY
from xpert_evo.hardware.model import CHUNK_LAYERS, HardwareModel
from xpert_evo.hardware.network_models import chip, xpertsim
from xpert_evo.hardware.network_models.held import Held
from xpert_evo.hardware.network_models.layer_costs import NS, PJ, UM2
from xpert_evo.hardware.network_models.traffic import GLOBAL_LINE_BITS, narrowed, port_bits, tree_bits
from xpert_evo.hardware.preset import HardwarePreset
from xpert_evo.hardware.side_by_side import side_by_side
from xpert_evo.hardware.table_axes import Axes, all_combinations, axes_of, row_weights

CHUNK_GENOMES = 65_536  # a layer's table stays in a core's cache while as many look into it
AREA_UNIT_UM2 = 4096.0  # sums of whole units are exact in float32 up to 6e10 um2
# Columns of `sums`: for chips of their own, and for one chip, whose wires' length hangs on the exact tile area
_ENERGY, _LATENCY = 0, 1
_AREA, _OPERATIONS = 2, 3
_AREA_UNITS, _AREA_REST, _TILES, _PORT_BITS, _REAL_OPERATIONS, _BUFFER_BITS = range(2, 8)
_TREE_BITS = 8  # there where they aren't those through the buffer's ports
# Columns of `maxima`
_BUS, _ACCUMULATION, _RELU, _POOL = range(4)


@dataclass(frozen=True)
class TableMetrics:
    """Metrics of P genomes, float64 (P,) each; see `hardware.metrics.Metrics`."""

    energy_pj: np.ndarray
    latency_ns: np.ndarray
    area_um2: np.ndarray
    operations: np.ndarray

    @property
    def edap_pj_ns_um2(self) -> np.ndarray:
        """Energy x latency x area."""
        return self.energy_pj * self.latency_ns * self.area_um2

    @property
    def tops(self) -> np.ndarray:
        """Operations a second."""
        return self.operations / self.latency_ns / 1e3

    @property
    def tops_per_w(self) -> np.ndarray:
        """With the post-layout factor."""
        return self.operations / self.energy_pj / POST_LAYOUT_ENERGY

    @property
    def tops_per_mm2(self) -> np.ndarray:
        """Of the area above."""
        return self.tops / (self.area_um2 * 1e-6)


@dataclass(frozen=True)
class CostTables:
    """The tables of a search space on one chip.

    Attributes:
        weights: float32 (genes, L): a genome times these are its rows in the tables; whole numbers below 2^24.
        sums: a table a layer, float32 (rows, 4, 8 or 9).
        maxima: a table a layer, float32 (rows, 4), of what a chip's layers share; none for `xpertsim`.
        axes: of each layer's table.
        held: what a chip's buffer holds while layers run.
        outputs: a table a layer, float32 (rows,), of its channels, where the buffer holds words of them; else none.
    """

    preset: HardwarePreset
    space: SearchSpace
    weights: np.ndarray
    sums: tuple[np.ndarray, ...]
    maxima: tuple[np.ndarray, ...]
    axes: tuple[Axes, ...]
    held: Held
    outputs: tuple[np.ndarray, ...]

    @classmethod
    def build(cls, hardware: HardwareModel, space: SearchSpace) -> CostTables:
        """Evaluates every combination of choices of every layer once, in chunks.

        Raises:
            InputError: the preset's switches tie layers together in a way that tables don't hold, or a choice is
                outside what is modelled.
        """
        preset = hardware.preset
        _check_switches(preset)
        if space.array:
            raise InputError(f"space.array: tables are of one array and can't hold {', '.join(space.array)}")
        axes = axes_of(space, preset)
        layers = all_combinations(space, preset, axes)
        check_layers(layers, preset)
        starts = range(0, len(layers.input_size), CHUNK_LAYERS)
        held = Held(space.network.schedule(space.image_size), space.image_channels)
        parts = [_columns(preset, _part(layers, start), held.adds) for start in starts]
        ends = np.cumsum([own.rows for own in axes])[:-1]
        outputs = layers.out_channels.astype(np.float32) if held.schedule.words.any() else None
        sums, maxima = (np.concatenate(columns).astype(np.float32) for columns in zip(*parts, strict=True))
        return cls(
            preset,
            space,
            weights=row_weights(space, axes),
            sums=tuple(np.split(sums, ends)),
            maxima=tuple(np.split(maxima, ends)) if not preset.switches.filler_layer else (),
            axes=tuple(axes),
            held=held,
            outputs=() if outputs is None or preset.switches.filler_layer else tuple(np.split(outputs, ends)),
        )

    def evaluate(self, genomes: np.ndarray) -> TableMetrics:
        """Metrics of genomes, uint8 (P, L x G).

        Raises:
            InputError: a gene is no position of a choice.
        """
        if genomes.ndim != 2 or genomes.shape[1] != self.space.counts.size:
            self.space.validate(genomes)
        return self._gathered(len(genomes), lambda part: self._rows(genomes[part]))

    def evaluate_at(self, places: np.ndarray, genomes: np.ndarray) -> TableMetrics:
        """Metrics of some genomes, by their places, intp (N,); what follows the layers' genes is of no account.

        Raises:
            InputError: see `evaluate`.
        """
        genes = self.space.counts.size
        return self._gathered(len(places), lambda part: self._rows(np.take(genomes, places[part], axis=0)[:, :genes]))

    def rows(self, genomes: np.ndarray) -> np.ndarray:
        """Rows of genomes in the tables, intp (L, P): what `evaluate_rows` takes."""
        self.space.validate(genomes)
        return (self.weights.T @ genomes.T.astype(np.float32)).astype(np.intp)

    def evaluate_rows(self, rows: np.ndarray) -> TableMetrics:
        """Metrics of P genomes whose rows are known, intp (L, P); rows beyond a table are taken as its last."""
        return self._gathered(rows.shape[1], lambda part: rows[:, part])

    def leaders(self, layer: int) -> list[int]:
        """Layers whose channel genes a layer's costs hang on, its own width's the last."""
        return list(self.axes[layer].leaders)

    def separable(self, layer: int, genes: np.ndarray, widths: np.ndarray) -> np.ndarray:
        """Energy (pJ), latency (ns) and tile area (um2) that a layer adds to a network's sums, float64 (N, 3).

        Args:
            layer: from 0.
            genes: the layer's own, (N, G); that of its channels is of no account.
            widths: channel genes of all layers, (L,) or (N, L).
        """
        weights = self.weights[: self.space.counts.size, layer].reshape(self.space.counts.shape)
        rows = (genes[:, 1:] @ weights[layer, 1:] + widths @ weights[:, 0]).astype(np.intp)
        sums = self.sums[layer][rows].astype(float)
        if self.preset.switches.filler_layer:
            return sums[:, [_ENERGY, _LATENCY, _AREA]]
        area_um2 = sums[:, _AREA_UNITS] * AREA_UNIT_UM2 + sums[:, _AREA_REST]
        return np.column_stack([sums[:, [_ENERGY, _LATENCY]], area_um2])

    def _rows(self, genomes: np.ndarray) -> np.ndarray:
        if (genomes > self._last).any() or genomes.dtype != np.uint8:
            self.space.validate(genomes)
        return (genomes.astype(np.float32) @ self.weights).T.astype(np.intp, order="C")

    @cached_property
    def _last(self) -> np.ndarray:
        return (self.space.counts.reshape(-1) - 1).astype(np.uint8)

    def _gathered(self, count: int, rows_of: Callable[[slice], np.ndarray]) -> TableMetrics:
        """Metrics of as many genomes; `rows_of` gives the rows of a part of them, intp (L, part)."""
        metrics = TableMetrics(*(np.empty(count) for _ in range(4)))
        side_by_side(lambda parts: self._gather(parts, rows_of, metrics), count, CHUNK_GENOMES)
        return metrics

    def _gather(self, parts: list[slice], rows_of: Callable[[slice], np.ndarray], metrics: TableMetrics) -> None:
        finish = _finish_own_chips if self.preset.switches.filler_layer else _finish_one_chip
        size = max(part.stop - part.start for part in parts)
        width = self.sums[0].shape[1]
        buffer, total = np.empty((size, width), np.float32), np.empty((size, width), np.float32)
        inputs = np.empty((len(self.sums), size), np.float32)
        shared, most = np.empty((size, 4), np.float32), np.empty((size, 4), np.float32)
        for part in parts:
            rows = rows_of(part)
            here = rows.shape[1]
            sums, into = total[:here], buffer[:here]
            largest, beside = most[:here], shared[:here]
            for layer, table in enumerate(self.sums):
                target = sums if layer == 0 else into
                np.take(table, rows[layer], axis=0, out=target, mode="clip")
                if layer:
                    sums += into
                if self.maxima:
                    inputs[layer, :here] = target[:, _BUFFER_BITS]
                    np.take(self.maxima[layer], rows[layer], axis=0, out=beside if layer else largest, mode="clip")
                    if layer:
                        np.maximum(largest, beside, out=largest)
            buffer_bits = self._most_bits(inputs[:, :here], rows) if self.maxima else np.empty(0)
            for name, values in finish(self.preset, sums, largest, buffer_bits, self.held.adds).items():
                getattr(metrics, name)[part] = values

    def _most_bits(self, inputs: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Bits that the buffer holds at most, (P,), from those of layers' inputs, (L, P)."""
        channels = [np.take(table, own, mode="clip") for table, own in zip(self.outputs, rows, strict=False)]
        return self.held.most_bits(inputs.T, np.array(channels).T)


def _check_switches(preset: HardwarePreset) -> None:
    switches = preset.switches
    if switches.filler_layer:
        return
    for name, wanted in (("digital_clock", "own"), ("tile_pitch", "mean")):
        if getattr(switches, name) != wanted:
            raise InputError(
                f"switches.{name}: {getattr(switches, name)} has no tables where all layers share a chip; "
                f"valid is {wanted}"
            )


def _part(layers: LayerTable, start: int) -> LayerTable:
    return layers.each(lambda array: array[start : start + CHUNK_LAYERS])


def _columns(preset: HardwarePreset, layers: LayerTable, adds: bool) -> tuple[np.ndarray, np.ndarray]:
    """The tables' rows of some layers: sums and maxima."""
    if preset.switches.filler_layer:
        alone = xpertsim.evaluate(preset, layers, 1)
        own = np.stack([alone.energy_pj, alone.latency_ns, alone.area_um2, alone.operations], axis=1)
        return own, np.empty((len(own), 0))
    tiles = chip.on_tiles(preset, layers)
    costs = chip.apart_from_global_blocks(preset, tiles)
    needs = chip.needs_of(preset, tiles)
    units = np.floor(needs.tile_area * UM2 / AREA_UNIT_UM2)
    sums = [
        costs.energy_pj,
        costs.latency_ns,
        units,
        needs.tile_area * UM2 - units * AREA_UNIT_UM2,
        needs.tiles,
        port_bits(tiles),
        costs.operations,
        needs.buffer_bits,
    ]
    if adds or preset.switches.tile_sums == "moved":
        sums.append(tree_bits(preset, tiles))
    maxima = (needs.bus_width, needs.accumulation_area * UM2, needs.relu_area * UM2, needs.pool_area * UM2)
    return np.stack(sums, axis=1), np.stack(maxima, axis=1)


def _finish_own_chips(
    preset: HardwarePreset, sums: np.ndarray, most: np.ndarray, buffer_bits: np.ndarray, adds: bool
) -> dict[str, np.ndarray]:
    return {
        "energy_pj": sums[:, _ENERGY],
        "latency_ns": sums[:, _LATENCY],
        "area_um2": sums[:, _AREA],
        "operations": sums[:, _OPERATIONS],
    }


def _finish_one_chip(
    preset: HardwarePreset, sums: np.ndarray, most: np.ndarray, buffer_bits: np.ndarray, adds: bool
) -> dict[str, np.ndarray]:
    """What the layers' common blocks add, from the same functions as `chip.evaluate`."""
    exact, largest = sums.T.astype(float, order="C"), most.T.astype(float, order="C")
    tile_area_um2 = exact[_AREA_UNITS] * AREA_UNIT_UM2 + exact[_AREA_REST]
    needs = chip.ChipNeeds(
        tiles=exact[_TILES],
        tile_area=tile_area_um2 / UM2,
        widest_tile_area=tile_area_um2,  # of no use where the pitch is the mean tile's
        bus_width=narrowed(preset, largest[_BUS]),
        buffer_bits=buffer_bits.astype(float),
        accumulation_area=largest[_ACCUMULATION] / UM2,
        relu_area=largest[_RELU] / UM2,
        pool_area=largest[_POOL] / UM2,
        adds=adds,
    )
    shared = chip.shared_blocks(preset, needs)
    clock_hz, moved = preset.rounding_clock_hz, exact[_PORT_BITS]
    over_tree = exact[_TREE_BITS] if adds or preset.switches.tile_sums == "moved" else moved
    cycles = moved / GLOBAL_LINE_BITS / shared.ports
    cycles += over_tree / needs.bus_width * np.ceil(shared.tree.latency_s * clock_hz)
    shared_area_um2 = shared.area * UM2 if preset.switches.chip_blocks else 0.0
    return {
        "energy_pj": exact[_ENERGY] + over_tree * shared.tree.energy_j_per_bit * PJ,
        "latency_ns": exact[_LATENCY] + cycles / clock_hz * NS,
        "area_um2": tile_area_um2 + shared_area_um2,
        "operations": exact[_REAL_OPERATIONS],
    }
