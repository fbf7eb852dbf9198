"""What a training's steps compute in: bfloat16 where it is asked for and doesn't slow them down."""

import torch

from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.machine import bfloat16_instructions

INSTEAD = "computing in float32: the processor has no instructions for bfloat16 and would take several times as long"


def computes_in_bfloat16(settings: TrainingSettings, device: str | torch.device) -> bool:
    """Whether steps are in bfloat16: the settings ask for it, and the device multiplies matrices in it.

    A processor that doesn't emulates it: a step on 256 images of a VGG16 of 22 million multiplications takes 6.0 times
    as long as in float32 on one core with AVX2. The two differ in rounding only, as do two processors.
    """
    if not settings.bfloat16:
        return False
    kind = torch.device(device).type
    if kind == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if kind != "cpu":
        return True
    instructions = bfloat16_instructions()
    return _library_says_so() if instructions is None else bool(instructions)


def does_without(settings: TrainingSettings, device: str | torch.device) -> bool:
    """Whether bfloat16 is asked for in vain."""
    return settings.bfloat16 and not computes_in_bfloat16(settings, device)


def _library_says_so() -> bool:
    """Of processors other than x86 under Linux."""
    return torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
