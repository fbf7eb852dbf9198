"""Batches of designs as arrays: what the hardware model and the accuracy model are given."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from xpert_evo.design.design import ArrayDesign, Design, ImageShape, LayerDesign
from xpert_evo.design.genes import ADC_TYPES, ARRAY_GENES, GENES, adc_names_of
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.registry import USUAL_BACKBONE, backbone, reference
from xpert_evo.design.networks.sizes import LayerSizes
from xpert_evo.errors import InputError


@dataclass(frozen=True)
class Designs:
    """A batch of P designs of one network and image, as a struct of arrays.

    Attributes:
        channels, column_sharing, adc_bits, input_bits, weight_bits: int64 (P, L).
        adc_type: int64 (P, L), positions in `adc_names`.
        ids: P strings; may be empty, then rows are known by their number.
        arrays: int64 (P, 3), chip-level genes in the order of `ARRAY_GENES`, 0 for the hardware preset's own; None
            where every design has the preset's array.
        adc_names: of ADC types, see `adc_names_of`.
    """

    channels: np.ndarray
    column_sharing: np.ndarray
    adc_type: np.ndarray
    adc_bits: np.ndarray
    input_bits: np.ndarray
    weight_bits: np.ndarray
    image_size: int
    image_channels: int
    classes: int
    network: Network = field(default_factory=lambda: backbone(USUAL_BACKBONE))
    ids: tuple[str, ...] = field(default=())
    arrays: np.ndarray | None = None
    adc_names: tuple[str, ...] = ADC_TYPES

    def __len__(self) -> int:
        return self.channels.shape[0]

    @property
    def input_channels(self) -> np.ndarray:
        """Inputs of every layer, int64 (P, L)."""
        return self.network.input_channels(self.channels, self.image_size, self.image_channels)

    @property
    def sizes(self) -> LayerSizes:
        """Sizes of every layer's images and kernel."""
        return self.network.layer_sizes(self.image_size)

    @property
    def groups(self) -> np.ndarray:
        """Groups of every layer's convolution, int64 (P, L): as many as inputs where it is depthwise."""
        depthwise = np.array(self.network.widths(self.image_size).depthwise)
        return np.where(depthwise, self.input_channels, self.sizes.groups)

    @property
    def rows_a_group(self) -> np.ndarray:
        """Rows of every layer's cell matrix that an output's weights lie in, int64 (P, L)."""
        sizes = self.sizes
        return self.input_channels * (sizes.kernel_height * sizes.kernel_width) // self.groups

    def adc_positions(self, names: tuple[str, ...]) -> np.ndarray:
        """ADC types as positions in other names, int64 (P, L); -1 for those that aren't there."""
        if names[: len(self.adc_names)] == self.adc_names:
            return self.adc_type
        there = [names.index(name) if name in names else -1 for name in self.adc_names]
        return np.array(there)[self.adc_type]

    def macs(self) -> np.ndarray:
        """Multiply-accumulates of the layers on crossbars for one image, int64 (P,)."""
        return (self.rows_a_group * self.channels * self.sizes.outputs**2).sum(axis=1)

    def parameters(self) -> np.ndarray:
        """Weights of the layers on crossbars, int64 (P,)."""
        return (self.rows_a_group * self.channels).sum(axis=1)

    def homogeneous(self) -> np.ndarray:
        """Whether every layer has the same peripherals and the channels are a uniform multiple of the standard
        network's (clipped at the narrowest layer's width), bool (P,)."""
        peripherals = [gene for gene in GENES if gene != "channels"]
        uniform = np.all([(values == values[:, :1]).all(axis=1) for values in map(self._array, peripherals)], axis=0)
        return uniform & self.network.multiplied(self.channels, self.image_size)

    def telling_genes(self) -> tuple[str, ...]:
        """Genes that a reader is told of: `GENES`, without the weights' precision where all weights have 8 bits."""
        return GENES if (self.weight_bits != WEIGHT_BITS).any() else GENES[:-1]

    def _array(self, gene: str) -> np.ndarray:
        return getattr(self, gene)

    def __getitem__(self, rows: slice | np.ndarray) -> Designs:
        """The designs of some rows, as a batch."""
        ids = tuple(np.asarray(self.ids, dtype=object)[rows]) if self.ids else ()
        arrays = None if self.arrays is None else self.arrays[rows]
        return replace(self, ids=ids, arrays=arrays, **{gene: getattr(self, gene)[rows] for gene in GENES})

    def design(self, row: int) -> Design:
        """One row as a Design."""
        genes = {gene: getattr(self, gene)[row].tolist() for gene in GENES}
        genes["adc_type"] = [self.adc_names[kind] for kind in genes["adc_type"]]
        layers = tuple(
            LayerDesign(**dict(zip(GENES, values, strict=True)))
            for values in zip(*(genes[gene] for gene in GENES), strict=True)
        )
        return Design(
            id=self.ids[row] if self.ids else None,
            **reference(self.network),
            image=ImageShape(size=self.image_size, channels=self.image_channels),
            classes=self.classes,
            array=self._array_design(row),
            layers=layers,
        )

    def _array_design(self, row: int) -> ArrayDesign | None:
        if self.arrays is None or not self.arrays[row].any():
            return None
        chosen = zip(ARRAY_GENES, self.arrays[row].tolist(), strict=True)
        return ArrayDesign.model_validate({gene: value for gene, value in chosen if value})


def stack(designs: list[Design]) -> Designs:
    """Designs of one network, image and number of classes as a batch.

    Raises:
        InputError: the list is empty or mixes networks, images or numbers of classes.
    """
    if not designs:
        raise InputError("there is no design to stack")
    first = designs[0]
    for design in designs:
        for key in ("backbone", "network", "image", "classes"):
            if getattr(design, key) != getattr(first, key):
                raise InputError(
                    f"design {design.named().id}: {key} differs from the first design's; one batch has one {key}"
                )
    arrays: dict[str, list] = {gene: [design.gene(gene) for design in designs] for gene in GENES}
    names = adc_names_of(kind for kinds in arrays["adc_type"] for kind in kinds)
    arrays["adc_type"] = [[names.index(kind) for kind in kinds] for kinds in arrays["adc_type"]]
    return Designs(
        **{gene: np.array(values, dtype=np.int64) for gene, values in arrays.items()},
        image_size=first.image.size,
        image_channels=first.image.channels,
        classes=first.classes,
        network=first.graph,
        ids=tuple(str(design.named().id) for design in designs),
        arrays=np.array([_array_row(design) for design in designs]) if any(d.array for d in designs) else None,
        adc_names=names,
    )


def _array_row(design: Design) -> list[int]:
    return [getattr(design.array, gene, None) or 0 for gene in ARRAY_GENES]
