import platform
import subprocess
import sys

import pytest

from xpert_evo.accuracy.training import memory

# Takes and frees 64 MB again and again, and says how many pages of it were new after the first times. Where the
# allocator places the block differs from run to run, so that now and then one of them may still lie on new pages.
PAGES = """
import resource
import torch
from xpert_evo.accuracy.training.memory import keep_freed_memory
{}
def take():
    torch.zeros(4, 2**20, 4)
take(), take()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    take()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def new_pages(first: str) -> int:
    return int(subprocess.run([sys.executable, "-c", PAGES.format(first)], capture_output=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators are left alone")
def test_freed_memory_is_taken_again():
    assert new_pages("keep_freed_memory()") < new_pages("") / 10


def test_other_allocators_are_left_alone(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: pytest.fail("not to be loaded"))
    memory.keep_freed_memory()
