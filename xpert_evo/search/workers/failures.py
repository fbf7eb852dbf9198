"""Whose fault a training's failure is: the machine's, which another try may mend, or the design's."""

from __future__ import annotations

_NAMES = ("OutOfMemoryError", "AcceleratorError")  # of torch, which isn't loaded to ask this
_IN_RUNTIME_ERRORS = (
    "out of memory",
    "can't allocate memory",
    "defaultcpuallocator",
    "bad_alloc",
    "cuda error",
    "cudnn",
    "cublas",
    "mps backend",
    "can't start new thread",
)


def is_of_machine(error: BaseException) -> bool:
    """Whether an exception says something of the machine: memory, disk, a device or a library of its.

    torch has plain RuntimeErrors for most of these, which only their texts tell from a design's.
    """
    if isinstance(error, MemoryError | OSError):
        return True
    if any(kind.__name__ in _NAMES for kind in type(error).__mro__):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(part in text for part in _IN_RUNTIME_ERRORS)
