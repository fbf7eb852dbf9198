"""What is searched: the genes of every layer and their choices; genomes and designs, there and back.

A genome is a vector of small integers, each the position of a value in its gene's list of choices: L x G of them,
layer by layer, genes in the order of `GENES`; and behind them those of `ARRAY_GENES` that are searched, for the whole
chip. A gene with one choice is frozen, and so are the channels of a layer whose width is another's. Where no layer's
weights may have other than 8 bits, genomes hold nothing of them, as they did before weights had a precision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from xpert_evo.design.choices import SpaceSettings, channel_choices
from xpert_evo.design.design import Design
from xpert_evo.design.designs import Designs, stack
from xpert_evo.design.genes import ADC_TYPES, ARRAY_GENES, GENES, adc_names_of
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.design.networks.graph import Network
from xpert_evo.errors import InputError


@dataclass(frozen=True)
class SearchSpace:
    """Choices of every gene of every layer, for one network, image and number of classes.

    Attributes:
        counts: number of choices, int64 (L, G).
        values: the choices themselves, int64 (L, G, most choices); ADC types as positions in `adc_names`;
            padded with the last choice. Of a layer whose width follows another's its channels are of no account.
        array: choices of the chip-level genes that are searched, by name in the order of `ARRAY_GENES`.
        adc_names: of ADC types, see `designs.adc_names_of`.
    """

    network: Network
    image_size: int
    image_channels: int
    classes: int
    counts: np.ndarray
    values: np.ndarray
    array: dict[str, tuple[int, ...]] = field(default_factory=dict)
    adc_names: tuple[str, ...] = ADC_TYPES

    @classmethod
    def build(
        cls,
        settings: SpaceSettings,
        *,
        network: Network,
        image_size: int,
        image_channels: int,
        classes: int,
    ) -> SearchSpace:
        """The space of a problem.

        Raises:
            InputError: the image is too small, a layer doesn't exist, or none of its channels is one that it can have.
        """
        network.layer_sizes(image_size)
        network.check_ends(image_channels, classes)
        beyond = [number for number in settings.layer if number > network.layers]
        if beyond:
            raise InputError(f"space.layer.{beyond[0]}: {network.name} has layers 1 to {network.layers}")
        genes: tuple[str, ...] = GENES
        if {settings.weight_bits, *(layer.weight_bits for layer in settings.layer.values())} <= {(WEIGHT_BITS,), None}:
            genes = tuple(gene for gene in GENES if gene != "weight_bits")
        kinds = adc_names_of(kind for table in (settings, *settings.layer.values()) for kind in table.adc_type or ())
        choices = []
        for number in range(1, network.layers + 1):
            special = settings.layer.get(number)
            for gene in genes:
                own = getattr(special, gene) if special else None
                names = own if own is not None else getattr(settings, gene)
                if gene == "channels":
                    names = channel_choices(settings, network, image_size, number, own)
                choices.append([kinds.index(name) if gene == "adc_type" else name for name in names])
        most = max(len(values) for values in choices)
        padded = [values + values[-1:] * (most - len(values)) for values in choices]
        return cls(
            network,
            image_size,
            image_channels,
            classes,
            counts=np.array([len(values) for values in choices]).reshape(network.layers, len(genes)),
            values=np.array(padded, dtype=np.int64).reshape(network.layers, len(genes), most),
            array={gene: values for gene in ARRAY_GENES if (values := getattr(settings.array, gene)) is not None},
            adc_names=kinds,
        )

    @property
    def layers(self) -> int:
        """Number of layers."""
        return self.counts.shape[0]

    @property
    def layer_genes(self) -> tuple[str, ...]:
        """Genes of a layer in the order of a genome: `GENES`, or all but the last of them."""
        return GENES[: self.counts.shape[1]]

    @property
    def leaders(self) -> np.ndarray:
        """Of every layer the one whose channel gene sets its width, int64 (L,)."""
        return np.array(self.network.widths(self.image_size).leader)

    @property
    def follows(self) -> np.ndarray:
        """Whether a layer's width is another layer's, bool (L,)."""
        return self.leaders != np.arange(self.layers)

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
        if gene not in self.layer_genes:
            return np.array([WEIGHT_BITS])
        column = GENES.index(gene)
        return self.values[layer, column, : self.counts[layer, column]]

    def frozen(self, wanted: Mapping[str, int | np.ndarray]) -> SearchSpace:
        """The same space with some genes frozen, at the choices nearest to the values wanted.

        Args:
            wanted: gene -> a value; of layers' genes one for all layers, or for each of them, (L,); ADC types as
                positions in `adc_names`. Genes that aren't searched are of no account.
        """
        counts, values, array = self.counts.copy(), self.values.copy(), dict(self.array)
        for gene, given in wanted.items():
            if gene in array:
                there = np.array(array[gene])
                array[gene] = (int(there[np.abs(there - given).argmin()]),)
            if gene not in self.layer_genes:
                continue
            column = GENES.index(gene)
            for layer, value in enumerate(np.broadcast_to(given, self.layers)):
                choices = self.choices(layer, gene)
                values[layer, column] = choices[np.abs(choices - value).argmin()]
            counts[:, column] = 1
        return replace(self, counts=counts, values=values, array=array)

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
            layer, column = divmod(int(position), len(self.layer_genes))
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
        positions = everything[:, : self.counts.size].reshape(-1, *self.counts.shape)
        layer, column = np.indices(self.counts.shape)
        decoded = self.values[layer, column, positions]
        genes = {gene: decoded[:, :, index] for index, gene in enumerate(self.layer_genes)}
        genes["channels"] = self.network.follow(genes["channels"], self.image_size)
        return Designs(
            **{"weight_bits": np.full(decoded.shape[:2], WEIGHT_BITS), **genes},
            image_size=self.image_size,
            image_channels=self.image_channels,
            classes=self.classes,
            network=self.network,
            arrays=self._decoded_arrays(everything[:, self.counts.size :]),
            adc_names=self.adc_names,
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
        if (designs.network, designs.image_size, designs.image_channels, designs.classes) != (
            self.network,
            self.image_size,
            self.image_channels,
            self.classes,
        ):
            return np.zeros(len(designs), dtype=bool)
        layers = np.logical_and.reduce(np.logical_or.reduce(self._matches(designs), axis=-1), axis=(1, 2))
        return layers & ~self._other_weights(designs).any(axis=1) & self._array_positions(designs)[1]

    def encode(self, designs: Designs | list[Design]) -> np.ndarray:
        """Designs as genomes, uint8 (P, genes); the exact inverse of `decode`.

        Raises:
            InputError: a design isn't in the space; names design, layer, gene, value and what is valid.
        """
        batch = designs if isinstance(designs, Designs) else stack(designs)
        if batch.network != self.network:
            raise InputError(f"network: {batch.network.name}, but the space's is {self.network.name}")
        for key in ("image_size", "image_channels", "classes"):
            if getattr(batch, key) != getattr(self, key):
                raise InputError(f"{key}: {getattr(batch, key)!r}, but the space's is {getattr(self, key)!r}")
        matches = self._matches(batch)
        missing = np.argwhere(~matches.any(axis=-1))
        if len(missing):
            row, layer, column = missing[0]
            gene = GENES[column]
            value, valid = getattr(batch, gene)[row, layer], self.choices(layer, gene).tolist()
            if gene == "adc_type":
                value, valid = batch.adc_names[value], [self.adc_names[kind] for kind in valid]
            name = batch.ids[row] if batch.ids else row
            raise InputError(f"design {name}: layer {layer + 1}, {gene}: {value} is not in the space's {valid}")
        other = np.argwhere(self._other_weights(batch))
        if len(other):
            row, layer = other[0]
            name, value = batch.ids[row] if batch.ids else row, batch.weight_bits[row, layer]
            raise InputError(
                f"design {name}: layer {layer + 1}, weight_bits: {value} is not in the space's {[WEIGHT_BITS]}"
            )
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
        """Bool (P, L, G, most choices): which choice each gene's value is."""
        genes = {gene: getattr(designs, gene) for gene in self.layer_genes}
        genes["adc_type"] = designs.adc_positions(self.adc_names)
        genes["channels"] = np.where(self.follows, self.values[:, 0, 0], designs.channels)
        stacked = np.stack(list(genes.values()), axis=-1)
        valid = np.arange(self.values.shape[-1]) < self.counts[..., None]
        return (stacked[..., None] == self.values) & valid

    def _other_weights(self, designs: Designs) -> np.ndarray:
        """Bool (P, L): weights of a precision that genomes of this space don't hold."""
        if "weight_bits" in self.layer_genes:
            return np.zeros(designs.channels.shape, dtype=bool)
        return designs.weight_bits != WEIGHT_BITS
