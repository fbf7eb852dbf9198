"""What determines a design's accuracy within a run, as text: accuracies are known by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import compress

import numpy as np

from xpert_evo.design.designs import Designs
from xpert_evo.design.genes import ACCURACY_ARRAY_GENES, ACCURACY_GENES, ARRAY_GENES
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.design.networks.graph import Network

_ALWAYS = [gene for gene in ACCURACY_GENES if gene != "weight_bits"]
_OF_THE_ARRAY = [ARRAY_GENES.index(gene) for gene in ACCURACY_ARRAY_GENES]
# Depths, then ADC bits or input bits that aren't the same in every layer.
_FORM = re.compile(r"\d{1,9}(?:-\d{1,9})*\|\d")
_BITS_DIFFER = re.compile(r"[\d-]++\|(?!(\d++)(?:-\1)*+\|(\d++)(?:-\2)*+(?:\||$))\d")


def accuracy_keys(designs: Designs) -> list[str]:
    """Keys of P designs: depths, ADC and input precisions layer by layer, and what isn't as usual and matters to
    accuracy: precisions of weights, the array."""
    genes = zip(*(getattr(designs, gene).tolist() for gene in _ALWAYS), strict=True)
    keys = ["|".join("-".join(map(str, values)) for values in design) for design in genes]
    for row in np.flatnonzero((designs.weight_bits != WEIGHT_BITS).any(axis=1)):
        keys[row] += "|w" + "-".join(map(str, designs.weight_bits[row].tolist()))
    if designs.arrays is None:
        return keys
    chosen = designs.arrays[:, _OF_THE_ARRAY].tolist()
    return [
        f"{key}|{rows or None}x{bits or None}" if rows or bits else key
        for key, (rows, bits) in zip(keys, chosen, strict=True)
    ]


def may_be_homogeneous(keys: Sequence[str], network: Network, image_size: int) -> np.ndarray:
    """Whether keys leave it open that their designs are homogeneous, bool (P,); those of another form do."""
    result = np.array([differ is None for differ in map(_BITS_DIFFER.match, keys)], dtype=bool)
    depths = {
        row: key.partition("|")[0].split("-") for row, key in compress(enumerate(keys), result) if _FORM.match(key)
    }
    rows = [row for row, values in depths.items() if len(values) == network.layers]
    if rows:
        result[rows] = network.multiplied(np.array([depths[row] for row in rows]).astype(np.int64), image_size)
    return result
