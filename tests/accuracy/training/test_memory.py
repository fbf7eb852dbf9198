import platform
import subprocess
import sys

import pytest

from xpert_evo.accuracy.training import memory

# Takes and frees 64 MB again and again, and says how many pages of it were new, in the median after the first times.
PAGES = """
import resource
import statistics
import torch
from xpert_evo.accuracy.training.memory import keep_freed_memory
{}
def take():
    torch.zeros(4, 2**20, 4)
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
new = []
for _ in range(22):
    before = faults()
    take()
    new.append(faults() - before)
print(int(statistics.median(new[2:])))
"""


def new_pages(first: str) -> int:
    return int(subprocess.run([sys.executable, "-c", PAGES.format(first)], capture_output=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators are left alone")
def test_freed_memory_is_taken_again():
    # Where the allocator places a block differs from process to process, and so do the takes that meet new pages.
    without = new_pages("")
    assert any(new_pages("keep_freed_memory()") < without / 10 for _ in range(3))


def test_other_allocators_are_left_alone(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: pytest.fail("not to be loaded"))
    memory.keep_freed_memory()
