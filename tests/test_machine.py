"""The processor's name is Linux's own where it is to be had, and never empty."""

from __future__ import annotations

import platform
from pathlib import Path

from xpert_evo.machine import processor_name


def test_linux_names_the_processor_and_its_bfloat16_instructions(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: Made Up 9\nflags\t\t: fpu avx512_bf16 sse\n\nprocessor\t: 1\n")
    assert processor_name(cpuinfo) == "Made Up 9, avx512_bf16"


def test_without_cpuinfo_the_architecture_is_named(tmp_path: Path) -> None:
    assert processor_name(tmp_path / "missing") == (platform.processor() or platform.machine())
