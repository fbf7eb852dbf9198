"""Which tensors may hold negative values: their readers' inputs are two's complement."""

from __future__ import annotations

from collections.abc import Sequence

from xpert_evo.design.networks.operations import IMAGE, Operation


def signed_tensors(operations: Sequence[Operation]) -> set[str]:
    """Names of the operations whose outputs may be negative; pixels aren't."""
    signed: set[str] = set()
    for operation in operations:
        makes_signs = operation.on_crossbars or operation.kind == "batch_norm"
        passes_signs = operation.kind not in ("relu", "relu6") and signed.intersection(operation.inputs)
        if makes_signs or passes_signs:
            signed.add(operation.name)
    return signed - {IMAGE}
