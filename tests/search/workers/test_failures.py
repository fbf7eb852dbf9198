import pytest
import torch

from xpert_evo.errors import InputError
from xpert_evo.search.workers.failures import is_of_machine


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(28, "No space left on device"),
        TimeoutError(),
        ConnectionResetError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:124] . DefaultCPUAllocator: can't allocate memory: you tried ..."),
        RuntimeError("CUDA error: an illegal memory access was encountered"),
        RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
        RuntimeError("std::bad_alloc"),
        RuntimeError("can't start new thread"),
    ],
)
def test_machines(error):
    assert is_of_machine(error)


@pytest.mark.parametrize(
    "error",
    [
        InputError("proxy.resolution: 4 is too small"),
        RuntimeError("mat1 and mat2 shapes cannot be multiplied (4x8 and 9x2)"),
        ZeroDivisionError(),
        ValueError("out of memory"),
    ],
)
def test_designs(error):
    assert not is_of_machine(error)


def test_what_torch_raises_where_it_can_have_no_memory():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60)
    assert is_of_machine(caught.value)
