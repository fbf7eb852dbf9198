"""Designs of a batch as texts: ids and JSON, without an object a design; a search meets millions of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from xpert_evo.design.design import Design
from xpert_evo.design.designs import Designs
from xpert_evo.design.genes import ARRAY_GENES, GENES
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.design.networks.registry import reference

_FORMAT = Design.model_fields["format"].default
_DISTINCT_LAYERS = 2**16  # whose texts are kept: of usual spaces all


def design_ids(designs: Designs) -> tuple[str, ...]:
    """The ids of P designs: those that they have, or else their digests, see `Design.digest`."""
    return designs.ids or tuple(
        hashlib.sha256(text.encode()).hexdigest()[:10] for text in _texts(designs, _sorted_layer, _sorted_head)
    )


def design_texts(designs: Designs) -> list[str]:
    """P designs as JSON in the order of the file format, see `Design.to_json`; with their ids where they have them."""
    texts = _texts(designs, _layer, _head)
    if not designs.ids:
        return list(texts)
    opening = f'{{"format": {json.dumps(_FORMAT)}, '
    named = zip(designs.ids, texts, strict=True)
    return [f'{opening}"id": {json.dumps(identity)}, {text.removeprefix(opening)}' for identity, text in named]


def _texts(designs: Designs, layer: Callable[..., str], head: Callable[[dict[str, Any]], str]) -> Iterator[str]:
    """P texts: what a head makes of all but the layers, then what `layer` makes of every layer's genes."""
    shared = {
        "format": _FORMAT,
        **reference(designs.network),
        "image": {"size": designs.image_size, "channels": designs.image_channels},
        "classes": designs.classes,
    }
    same = head(shared)
    arrays = [None] * len(designs) if designs.arrays is None else designs.arrays.tolist()
    columns = {gene: getattr(designs, gene).tolist() for gene in GENES}
    columns["adc_type"] = np.array(designs.adc_names, dtype=object)[designs.adc_type].tolist()
    genes = zip(*columns.values(), strict=True)
    for array, values in zip(arrays, genes, strict=True):
        begun = head({**shared, "array": _chosen(array)}) if array and any(array) else same
        yield f'{begun}, "layers": [{", ".join(map(layer, *values))}]}}'


def _chosen(array: Sequence[int]) -> dict[str, int]:
    return {gene: value for gene, value in zip(ARRAY_GENES, array, strict=True) if value}


def _head(content: dict[str, Any]) -> str:
    return json.dumps(content).removesuffix("}")


def _sorted_head(content: dict[str, Any]) -> str:
    """As `Design.digest` has it; "layers" comes after all of these keys."""
    return json.dumps(content, sort_keys=True).removesuffix("}")


@lru_cache(_DISTINCT_LAYERS)
def _layer(*values: int | str) -> str:
    return json.dumps(_genes(values))


@lru_cache(_DISTINCT_LAYERS)
def _sorted_layer(*values: int | str) -> str:
    return json.dumps(_genes(values), sort_keys=True)


def _genes(values: Sequence[int | str]) -> dict[str, int | str]:
    """Genes of a layer by name, from their values in the order of `GENES`; as a design file has them."""
    genes = dict(zip(GENES, values, strict=True))
    if genes["weight_bits"] == WEIGHT_BITS:
        del genes["weight_bits"]
    return genes
