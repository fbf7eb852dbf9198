"""What is searched: the genes of every layer and their choices; genomes and designs, there and back.

A genome is a vector of small integers, each the position of a value in its gene's list of choices: L x 5 of them,
layer by layer, genes in the order of `GENES`; and behind them those of `ARRAY_GENES` that are searched, for the whole
chip. A gene with one choice is frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from pydantic import Field, field_validator

from xpert_evo.design.backbones import backbone
from xpert_evo.design.designs import (
    ADC_TYPES,
    ARRAY_GENES,
    GENES,
    AdcBits,
    AdcTypeName,
    BitsPerCell,
    Channels,
    ColumnSharing,
    CrossbarSize,
    CrossbarsPerTile,
    Design,
    Designs,
    InputBits,
    stack,
)
from xpert_evo.errors import InputError
from xpert_evo.strict import Strict


class _Choices(Strict):
    @field_validator(*GENES, *ARRAY_GENES, check_fields=False)
    @classmethod
    def _choices(cls, values: tuple | None) -> tuple | None:
        if values is None:
            return None
        if not values:
            raise ValueError("an empty list; at least one choice is wanted (one choice freezes the gene)")
        if len(set(values)) != len(values):
            raise ValueError(f"a choice stands twice in {list(values)}")
        return tuple(sorted(values))


class ArrayChoices(_Choices):
    """The table [space.array]: choices of chip-level genes; one that is left out is the hardware preset's."""

    crossbar_size: tuple[CrossbarSize, ...] | None = None
    bits_per_cell: tuple[BitsPerCell, ...] | None = None
    crossbars_per_tile: tuple[CrossbarsPerTile, ...] | None = None


class LayerChoices(_Choices):
    """Choices of one layer's genes; a gene left out has the space's own choices."""

    channels: tuple[Channels, ...] | None = None
    column_sharing: tuple[ColumnSharing, ...] | None = None
    adc_type: tuple[AdcTypeName, ...] | None = None
    adc_bits: tuple[AdcBits, ...] | None = None
    input_bits: tuple[InputBits, ...] | None = None


class SpaceSettings(LayerChoices):
    """The table [space] of a problem file: choices of every layer, and of single layers by number.

    `layer` maps a layer's number, from 1, to choices that replace the space's in that layer.
    """

    channels: tuple[Channels, ...] = (16, 32, 64, 128, 256, 512)
    column_sharing: tuple[ColumnSharing, ...] = (2, 4, 8, 16, 32)
    adc_type: tuple[AdcTypeName, ...] = ADC_TYPES
    adc_bits: tuple[AdcBits, ...] = (3, 4, 5, 6, 7, 8)
    input_bits: tuple[InputBits, ...] = (2, 3, 4, 5, 6, 7, 8)
    layer: dict[int, LayerChoices] = Field(default_factory=dict)
    array: ArrayChoices = ArrayChoices()

    def sharings_that_differ(self, conversions: int) -> SpaceSettings:
        """The same with one choice alone of those that mean one ADC for all of a crossbar's conversions, the least."""

        def few(choices: tuple[int, ...] | None) -> tuple[int, ...] | None:
            if choices is None:
                return None
            smaller = [-1, *choices]
            return tuple(choice for choice, before in zip(choices, smaller, strict=False) if before < conversions)

        layers = {
            number: layer.model_copy(update={"column_sharing": few(layer.column_sharing)})
            for number, layer in self.layer.items()
        }
        return self.model_copy(update={"column_sharing": few(self.column_sharing), "layer": layers})

    @field_validator("layer")
    @classmethod
    def _numbered_from_one(cls, layers: dict[int, LayerChoices]) -> dict[int, LayerChoices]:
        if any(number < 1 for number in layers):
            raise ValueError(f"layers are numbered from 1, not {min(layers)}")
        return layers


@dataclass(frozen=True)
class SearchSpace:
    """Choices of every gene of every layer, for one backbone, image and number of classes.

    Attributes:
        counts: number of choices, int64 (L, 5).
        values: the choices themselves, int64 (L, 5, most choices); ADC types as positions in `ADC_TYPES`;
            padded with the last choice.
        array: choices of the chip-level genes that are searched, by name in the order of `ARRAY_GENES`.
    """

    backbone_name: str
    image_size: int
    image_channels: int
    classes: int
    counts: np.ndarray
    values: np.ndarray
    array: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def build(
        cls,
        settings: SpaceSettings,
        *,
        backbone_name: str,
        image_size: int,
        image_channels: int,
        classes: int,
    ) -> SearchSpace:
        """The space of a problem.

        Raises:
            InputError: the backbone is unknown, the image is too small, or a layer doesn't exist.
        """
        shape = backbone(backbone_name)
        shape.input_sizes(image_size)
        beyond = [number for number in settings.layer if number > shape.layers]
        if beyond:
            raise InputError(f"space.layer.{beyond[0]}: {backbone_name} has layers 1 to {shape.layers}")
        choices = []
        for number in range(1, shape.layers + 1):
            special = settings.layer.get(number)
            for gene in GENES:
                own = getattr(special, gene) if special else None
                names = own if own is not None else getattr(settings, gene)
                choices.append([ADC_TYPES.index(name) if gene == "adc_type" else name for name in names])
        most = max(len(values) for values in choices)
        padded = [values + values[-1:] * (most - len(values)) for values in choices]
        return cls(
            backbone_name,
            image_size,
            image_channels,
            classes,
            counts=np.array([len(values) for values in choices]).reshape(shape.layers, len(GENES)),
            values=np.array(padded, dtype=np.int64).reshape(shape.layers, len(GENES), most),
            array={gene: values for gene in ARRAY_GENES if (values := getattr(settings.array, gene)) is not None},
        )

    @property
    def layers(self) -> int:
        """Number of layers."""
        return self.counts.shape[0]

    @property
    def genes(self) -> int:
        """Length of a genome."""
        return self.counts.size + len(self.array)

    @property
    def all_counts(self) -> np.ndarray:
        """Number of choices of every gene of a genome, int64 (genes,)."""
        return np.concatenate([self.counts.reshape(-1), self.array_counts])

    @property
    def array_counts(self) -> np.ndarray:
        """Number of choices of the chip-level genes that are searched, int64."""
        return np.array([len(values) for values in self.array.values()], dtype=np.int64)

    def choices(self, layer: int, gene: str) -> np.ndarray:
        """Choices of one gene of one layer (numbered from 0)."""
        column = GENES.index(gene)
        return self.values[layer, column, : self.counts[layer, column]]

    def frozen(self, wanted: Mapping[str, int | np.ndarray]) -> SearchSpace:
        """The same space with some layers' genes frozen, at the choices nearest to the values wanted.

        Args:
            wanted: gene -> a value for all layers, or one for each of them, (L,); ADC types as
                positions in `ADC_TYPES`.
        """
        counts, values = self.counts.copy(), self.values.copy()
        for gene, given in wanted.items():
            column = GENES.index(gene)
            for layer, value in enumerate(np.broadcast_to(given, self.layers)):
                choices = self.choices(layer, gene)
                values[layer, column] = choices[np.abs(choices - value).argmin()]
            counts[:, column] = 1
        return replace(self, counts=counts, values=values)

    def size(self) -> float:
        """Number of different genomes."""
        return float(np.prod(self.all_counts.astype(float)))

    def sample(self, count: int, generator: np.random.Generator) -> np.ndarray:
        """Genomes drawn gene by gene, uint8 (count, genes)."""
        return generator.integers(0, self.all_counts, size=(count, self.genes)).astype(np.uint8)

    def validate(self, genomes: np.ndarray) -> None:
        """Checks that every gene is the position of a choice.

        Raises:
            InputError: shape or a value is wrong; names genome, layer, gene, value and what is valid.
        """
        genomes = np.asarray(genomes)
        if genomes.ndim != 2 or genomes.shape[1] != self.genes:
            raise InputError(f"genomes: shape {genomes.shape}; (P, {self.genes}) is wanted")
        bad = np.argwhere((genomes < 0) | (genomes >= self.all_counts))
        if len(bad):
            row, position = bad[0]
            if position >= self.counts.size:
                gene, choices = list(self.array.items())[position - self.counts.size]
                raise InputError(
                    f"genome {row}: array, {gene}: {genomes[row, position]} is no position in its {len(choices)} "
                    f"choices {list(choices)}"
                )
            layer, column = divmod(int(position), len(GENES))
            raise InputError(
                f"genome {row}: layer {layer + 1}, {GENES[column]}: {genomes[row, position]} is no position "
                f"in its {self.counts[layer, column]} choices {self.choices(layer, GENES[column]).tolist()}"
            )

    def decode(self, genomes: np.ndarray) -> Designs:
        """Genomes (P, genes) as designs.

        Raises:
            InputError: see `validate`.
        """
        self.validate(genomes)
        everything = np.asarray(genomes, dtype=np.int64)
        positions = everything[:, : self.counts.size].reshape(-1, self.layers, len(GENES))
        layer, column = np.indices(self.counts.shape)
        decoded = self.values[layer, column, positions]
        return Designs(
            **{gene: decoded[:, :, index] for index, gene in enumerate(GENES)},
            image_size=self.image_size,
            image_channels=self.image_channels,
            classes=self.classes,
            backbone_name=self.backbone_name,
            arrays=self._decoded_arrays(everything[:, self.counts.size :]),
        )

    def _decoded_arrays(self, positions: np.ndarray) -> np.ndarray | None:
        if not self.array:
            return None
        arrays = np.zeros((len(positions), len(ARRAY_GENES)), dtype=np.int64)
        for column, (gene, choices) in enumerate(self.array.items()):
            arrays[:, ARRAY_GENES.index(gene)] = np.array(choices)[positions[:, column]]
        return arrays

    def contains(self, designs: Designs) -> np.ndarray:
        """Whether each design has a genome in this space, bool (P,)."""
        if (designs.backbone_name, designs.image_size, designs.image_channels, designs.classes) != (
            self.backbone_name,
            self.image_size,
            self.image_channels,
            self.classes,
        ):
            return np.zeros(len(designs), dtype=bool)
        layers = np.logical_and.reduce(np.logical_or.reduce(self._matches(designs), axis=-1), axis=(1, 2))
        return layers & self._array_positions(designs)[1]

    def encode(self, designs: Designs | list[Design]) -> np.ndarray:
        """Designs as genomes, uint8 (P, genes); the exact inverse of `decode`.

        Raises:
            InputError: a design isn't in the space; names design, layer, gene, value and what is valid.
        """
        batch = designs if isinstance(designs, Designs) else stack(designs)
        for key in ("backbone_name", "image_size", "image_channels", "classes"):
            if getattr(batch, key) != getattr(self, key):
                raise InputError(f"{key}: {getattr(batch, key)!r}, but the space's is {getattr(self, key)!r}")
        matches = self._matches(batch)
        missing = np.argwhere(~matches.any(axis=-1))
        if len(missing):
            row, layer, column = missing[0]
            gene = GENES[column]
            value, valid = getattr(batch, gene)[row, layer], self.choices(layer, gene).tolist()
            if gene == "adc_type":
                value, valid = ADC_TYPES[value], [ADC_TYPES[kind] for kind in valid]
            name = batch.ids[row] if batch.ids else row
            raise InputError(f"design {name}: layer {layer + 1}, {gene}: {value} is not in the space's {valid}")
        arrays, fits = self._array_positions(batch)
        if not fits.all():
            row = int(np.argmin(fits))
            name = batch.ids[row] if batch.ids else row
            valid = ", ".join(f"{gene} {list(values)}" for gene, values in self.array.items()) or "the preset's own"
            raise InputError(f"design {name}: array: not in the space, which has {valid}")
        return np.concatenate([matches.argmax(axis=-1).reshape(len(batch), -1), arrays], axis=1).astype(np.uint8)

    def _array_positions(self, designs: Designs) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the chip-level genes that are searched, int64 (P, those), and whether the space has a design's
        array at all, bool (P,)."""
        arrays = np.zeros((len(designs), len(ARRAY_GENES)), np.int64) if designs.arrays is None else designs.arrays
        positions = np.zeros((len(designs), len(self.array)), dtype=np.int64)
        fits = np.ones(len(designs), dtype=bool)
        column = 0
        for gene, values in zip(ARRAY_GENES, arrays.T, strict=True):
            if gene not in self.array:
                fits &= values == 0
                continue
            matches = values[:, None] == np.array(self.array[gene])
            fits &= matches.any(axis=1)
            positions[:, column] = matches.argmax(axis=1)
            column += 1
        return positions, fits

    def _matches(self, designs: Designs) -> np.ndarray:
        """Bool (P, L, 5, most choices): which choice each gene's value is."""
        stacked = np.stack([getattr(designs, gene) for gene in GENES], axis=-1)
        valid = np.arange(self.values.shape[-1]) < self.counts[..., None]
        return (stacked[..., None] == self.values) & valid
