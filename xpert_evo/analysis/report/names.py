"""What a page calls designs and their genes: names that a reader can say."""

from __future__ import annotations

from xpert_evo.analysis.units import ADC_NAMES
from xpert_evo.design.design import Design
from xpert_evo.design.designs import stack
from xpert_evo.design.genes import adc_names_of
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.design.networks.registry import title

GENE_NAMES = {
    "channels": "channels",
    "column_sharing": "columns to an ADC",
    "adc_type": "ADC type",
    "adc_bits": "ADC bits",
    "input_bits": "input bits",
    "weight_bits": "weight bits",
}
_WIDTHS = {1.0: "", 0.5: "half the width, ", 0.25: "a quarter of the width, ", 2.0: "twice the width, "}


def gene_name(gene: str) -> str:
    """What a gene is called."""
    return GENE_NAMES.get(gene, gene.replace("_", " "))


def called(design: Design, *, homogeneous: bool) -> str:
    """A design in words.

    Such as `homogeneous VGG16, half the width, 4 columns to a 4-bit flash ADC, 4-bit inputs`, or
    `co-searched deb9f895f2`.

    Args:
        design: with an id.
        homogeneous: see `Designs.homogeneous`.
    """
    if not homogeneous:
        return f"co-searched {design.id}"
    layer, batch = design.layers[-1], stack([design])
    width = layer.channels / batch.network.channels[-1]
    adc = f"{layer.adc_bits}-bit {ADC_NAMES.get(layer.adc_type, layer.adc_type)} ADC"
    article = "an" if layer.adc_bits == 8 else "a"
    return (
        f"homogeneous {title(batch.network)}, {_WIDTHS.get(width, f'width {width:.3g}, ')}"
        f"{layer.column_sharing} columns to {article} {adc}, {layer.input_bits}-bit inputs"
        + (f", {layer.weight_bits}-bit weights" if layer.weight_bits != WEIGHT_BITS else "")
    )


def genes_in_short(design: Design) -> str:
    """The range of every gene over the layers.

    Such as `16–128 channels, 7-bit inputs, 4–6-bit flash ADCs, 8–16 columns to an ADC`.
    """
    there = design.gene("adc_type")
    kinds = "/".join(ADC_NAMES.get(kind, kind) for kind in adc_names_of(there) if kind in there)
    parts = [
        f"{_range(design, 'channels')} channels",
        f"{_range(design, 'input_bits')}-bit inputs",
        f"{_range(design, 'adc_bits')}-bit {kinds} ADCs",
        f"{_range(design, 'column_sharing')} columns to an ADC",
    ]
    if "weight_bits" in stack([design]).telling_genes():
        parts.insert(2, f"{_range(design, 'weight_bits')}-bit weights")
    chosen = design.array.model_dump(exclude_none=True) if design.array else {}
    return ", ".join([*parts, *(f"{name.replace('_', ' ')} {value}" for name, value in chosen.items())])


def _range(design: Design, gene: str) -> str:
    values = design.gene(gene)
    return f"{min(values)}–{max(values)}" if min(values) < max(values) else str(values[0])
