"""The processor's name is Linux's own where it is to be had, and never empty."""

from __future__ import annotations

import platform
from pathlib import Path

from xpert_evo.machine import bfloat16_instructions, processor_name


def test_linux_names_the_processor_and_its_bfloat16_instructions(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: Made Up 9\nflags\t\t: fpu avx512_bf16 sse\n\nprocessor\t: 1\n")
    assert processor_name(cpuinfo) == "Made Up 9, avx512_bf16"
    assert bfloat16_instructions(cpuinfo) == ["avx512_bf16"]


def test_none_is_known_only_where_instructions_are_listed(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("model name\t: Made Up 9\nflags\t\t: fpu avx2 avx512f\n")
    assert bfloat16_instructions(cpuinfo) == []
    cpuinfo.write_text("processor\t: 0\nFeatures\t: asimd bf16\n")
    assert bfloat16_instructions(cpuinfo) is None


def test_without_cpuinfo_the_architecture_is_named(tmp_path: Path) -> None:
    assert processor_name(tmp_path / "missing") == (platform.processor() or platform.machine())
