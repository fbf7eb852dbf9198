"""Memory of a long training on a CPU: freed activations are taken again instead of going back to the system."""

import ctypes
import platform

# of malloc.h: how far the heap may be unused at its top, by how much it grows, how many blocks lie outside of it
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4
_NEVER = -1  # a threshold of 2 GB, the largest number, is what a step of 512 images in float32 has
_GROWTH_BYTES = 500_000_000


def keep_freed_memory() -> None:
    """Tells this process's allocator, where it is glibc's, to keep what is freed.

    A step's activations are tens of megabytes each. By default such blocks are returned when they are freed, so that
    the next step meets new pages, all of them to be cleared: a fifth of a half-width VGG16's step of 512 images.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    library = ctypes.CDLL(None)
    for parameter, value in ((_TRIM_THRESHOLD, _NEVER), (_TOP_PAD, _GROWTH_BYTES), (_MMAP_MAX, 0)):
        library.mallopt(parameter, value)
