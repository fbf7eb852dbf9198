"""What rows of a layer's table stand for: all combinations of the widths that it reads and has, and its other genes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.design.networks.widths import OF_IMAGE
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.hardware.layers import LayerTable, fixed_columns
from xpert_evo.hardware.preset import HardwarePreset

MOST_ROWS = 20_000_000  # of all layers, some gigabytes; positions of a layer's rows are whole numbers of a float32


@dataclass(frozen=True)
class Axes:
    """The axes of one layer's table, the last one fastest.

    Attributes:
        leaders: layers whose channel genes are the first axes: those that it reads, and that of its own width last.
        widths: choices of each of these.
        genes: choices of the layer's other genes, in the order of a genome.
    """

    leaders: tuple[int, ...]
    widths: tuple[np.ndarray, ...]
    genes: tuple[np.ndarray, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of choices on each axis."""
        return tuple(map(len, (*self.widths, *self.genes)))

    @property
    def rows(self) -> int:
        """Of the table."""
        return prod(self.shape)


def axes_of(space: SearchSpace, preset: HardwarePreset) -> list[Axes]:
    """The axes of every layer.

    Raises:
        InputError: the chip has no such ADC, or there are too many combinations.
    """
    widths = space.network.widths(space.image_size)
    found = []
    for layer in range(space.layers):
        read = {leader for leader, _ in widths.inputs[layer] if leader not in (OF_IMAGE, widths.leader[layer])}
        leaders = (*sorted(read), widths.leader[layer])
        others = [_choices_on(preset, space, layer, gene) for gene in space.layer_genes[1:]]
        axes = Axes(leaders, tuple(space.choices(leader, "channels") for leader in leaders), tuple(others))
        if axes.rows > MOST_ROWS:
            raise InputError(
                f"space: layer {layer + 1} reads {len(read)} widths that are searched apart; its table would have "
                f"{axes.rows:,} rows, and {MOST_ROWS:,} are as many as may be"
            )
        found.append(axes)
    if sum(axes.rows for axes in found) > MOST_ROWS:
        raise InputError(
            f"space: tables of all layers would have {sum(axes.rows for axes in found):,} rows, and {MOST_ROWS:,} are "
            "as many as may be; fewer choices are wanted"
        )
    return found


def all_combinations(space: SearchSpace, preset: HardwarePreset, axes: list[Axes]) -> LayerTable:
    """The layers that all rows of all tables stand for, one table after the other, arrays (N,)."""
    widths, fixed = space.network.widths(space.image_size), fixed_columns(space, preset)
    groups = space.network.layer_sizes(space.image_size).groups
    columns = []
    for layer, own in enumerate(axes):
        grid = [values.reshape(-1) for values in np.meshgrid(*own.widths, *own.genes, indexing="ij")]
        count = len(grid[0])
        channels = dict(zip(own.leaders, grid, strict=False)) | {OF_IMAGE: np.full(count, space.image_channels)}
        inputs = np.sum([pixels * channels[leader] for leader, pixels in widths.inputs[layer]], axis=0)
        here = {"weight_bits": np.full(count, WEIGHT_BITS), "in_channels": inputs}
        here["out_channels"] = channels[widths.leader[layer]]
        here |= dict(zip(space.layer_genes[1:], grid[len(own.leaders) :], strict=True))
        here |= {name: np.full(count, values[layer]) for name, values in fixed.items()}
        if (groups > 1).any():
            here["groups"] = inputs if widths.depthwise[layer] else np.full(count, groups[layer])
        columns.append(here)
    return LayerTable(**{name: np.concatenate([here[name] for here in columns]) for name in columns[0]})


def row_weights(space: SearchSpace, axes: list[Axes]) -> np.ndarray:
    """float32 (genes, L): a genome times these are its rows."""
    weights = np.zeros((space.genes, space.layers), np.float32)
    per_layer = len(space.layer_genes)
    for layer, own in enumerate(axes):
        strides = np.append(np.cumprod(own.shape[:0:-1])[::-1], 1)
        for leader, stride in zip(own.leaders, strides, strict=False):
            weights[leader * per_layer, layer] = stride
        weights[layer * per_layer + 1 : (layer + 1) * per_layer, layer] = strides[len(own.leaders) :]
    return weights


def _choices_on(preset: HardwarePreset, space: SearchSpace, layer: int, gene: str) -> np.ndarray:
    """Choices of a layer's gene; ADC types as positions in the preset's `adc_names`."""
    choices = space.choices(layer, gene)
    if gene != "adc_type":
        return choices
    names = [space.adc_names[kind] for kind in choices]
    for name in names:
        if name not in preset.adc_names:
            raise InputError(f"layer {layer + 1}, adc_type: {preset.unknown_adc(name)}")
    return np.array([preset.adc_names.index(name) for name in names])
