import platform
import subprocess
import sys

import pytest

from xpert_evo.accuracy.training import memory

# Takes and frees 64 MB again and again, and says how many pages of it were new, in the median: before and after.
PAGES = """
import resource
import statistics
import torch
from xpert_evo.accuracy.training.memory import keep_freed_memory
def take():
    torch.zeros(4, 2**20, 4)
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def new_pages():
    new = []
    for _ in range(20):
        before = faults()
        take()
        new.append(faults() - before)
    return int(statistics.median(new))
print(new_pages())
keep_freed_memory()
new_pages()  # the heap grows
print(new_pages())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators are left alone")
def test_freed_memory_is_taken_again():
    run = subprocess.run([sys.executable, "-c", PAGES], capture_output=True, check=True)
    without, kept = map(int, run.stdout.split())
    if without < 10:
        pytest.skip("this kernel doesn't count new pages")
    assert kept < without / 10


def test_other_allocators_are_left_alone(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: pytest.fail("not to be loaded"))
    memory.keep_freed_memory()
