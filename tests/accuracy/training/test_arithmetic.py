"""bfloat16 where it is asked for and pays: elsewhere a training is in float32 and says so."""

import pytest
import torch

from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training import arithmetic
from xpert_evo.accuracy.training.arithmetic import computes_in_bfloat16, does_without
from xpert_evo.machine import bfloat16_instructions

ASKED = TrainingSettings(bfloat16=True)


@pytest.mark.parametrize(("instructions", "wanted"), [(["avx512_bf16"], True), (["amx_bf16"], True), ([], False)])
def test_a_processor_computes_in_it_where_it_has_instructions(monkeypatch, instructions, wanted):
    monkeypatch.setattr(arithmetic, "bfloat16_instructions", lambda: instructions)
    assert computes_in_bfloat16(ASKED, "cpu") == wanted
    assert does_without(ASKED, torch.device("cpu")) == (not wanted)


@pytest.mark.parametrize("known", [True, False])
def test_of_other_processors_the_library_knows(monkeypatch, known):
    monkeypatch.setattr(arithmetic, "bfloat16_instructions", lambda: None)
    monkeypatch.setattr(arithmetic, "_library_says_so", lambda: known)
    assert computes_in_bfloat16(ASKED, "cpu") == known


def test_the_library_denies_no_instruction_that_the_processor_has():
    assert arithmetic._library_says_so() or not bfloat16_instructions()


@pytest.mark.parametrize("native", [True, False])
def test_a_gpu_that_would_emulate_it_does_without(monkeypatch, native):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: native or including_emulation)
    assert computes_in_bfloat16(ASKED, "cuda") == native


@pytest.mark.parametrize("device", ["cpu", "cuda", "mps"])
def test_nobody_computes_in_it_unasked(device):
    assert not computes_in_bfloat16(TrainingSettings(), device)
    assert not does_without(TrainingSettings(), device)
