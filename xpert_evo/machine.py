"""What processor this is, for results that are to say where they were made, and how many cores there are."""

from __future__ import annotations

import os
import platform
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
_BFLOAT16_FLAGS = ("amx_bf16", "avx512_bf16")  # on them depends how `--bfloat16` trains


def processor_name(cpuinfo: Path = CPUINFO) -> str:
    """The processor's name, with its instructions for bfloat16 where Linux lists them; else the architecture.

    Python itself knows no more than `x86_64` on Linux, which two processors of unlike arithmetic share.
    """
    name = _facts(cpuinfo).get("model name") or platform.processor() or platform.machine()
    return ", ".join([name, *(bfloat16_instructions(cpuinfo) or ())])


def bfloat16_instructions(cpuinfo: Path = CPUINFO) -> list[str] | None:
    """Those with which the processor multiplies matrices in bfloat16; None where Linux lists no x86 instructions."""
    flags = _facts(cpuinfo).get("flags")
    return None if flags is None else [flag for flag in _BFLOAT16_FLAGS if flag in flags.split()]


def _facts(cpuinfo: Path) -> dict[str, str]:
    try:
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
