"""Every block of the documentation's pages, in a shell, as a reader would: an hour or two, most of it CIFAR-10."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, Page, read_page
from tests.docs.run import write_run
from xpert_evo.data import dataset_info
from xpert_evo.data.registry import load_train
from xpert_evo.errors import InputError

RUN_PAGES = [name for name in PAGES if any(block.runs for block in read_page(name).blocks)]


@pytest.mark.parametrize("name", RUN_PAGES)
def test_a_page_does_what_it_says(name, tmp_path):
    page = read_page(name)
    require_data(page)
    for folder in page.given:
        write_run(tmp_path / folder)
    beside = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}"}
    with closing(Session(tmp_path, environment)) as session:
        for block in page.blocks:
            if block.file:
                (tmp_path / block.file).write_text(block.code, encoding="utf-8")
            elif block.runs and block.language == "python":
                session.run(block.code)
            elif block.runs:
                shell = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True}
                done = subprocess.run(["bash", "-eu"], input=block.code, check=False, **shell)
                assert done.returncode == 0, f"{name}:\n{block.code}\n{done.stderr[-3000:]}"


class Session:
    """An interpreter in which a page's blocks of Python run one after the other, as in a reader's notebook."""

    DONE = "--- this block is done ---"
    LOOP = f"""
import json, sys
for line in sys.stdin:
    exec(compile(json.loads(line), "block", "exec"), globals())
    print({DONE!r}, flush=True)
"""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.process = subprocess.Popen([sys.executable, "-c", self.LOOP], cwd=folder, env=environment, **pipes)

    def run(self, code: str) -> None:
        self.process.stdin.write(json.dumps(code) + "\n")
        self.process.stdin.flush()
        said = ""
        for line in self.process.stdout:
            if line.strip() == self.DONE:
                return
            said += line
        raise AssertionError(f"{code}\n{said[-3000:]}")

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=60)


def test_blocks_know_each_other_and_a_fault_is_seen(tmp_path):
    with closing(Session(tmp_path, os.environ)) as session:
        session.run("a = 3")
        session.run("print(a)\nopen('written', 'w').write(str(a))")
        assert (tmp_path / "written").read_text() == "3"
        with pytest.raises(AssertionError, match="NameError"):
            session.run("print(b)")


def require_data(page: Page) -> None:
    """Leaves a page out whose images aren't here; no test downloads any."""
    for dataset in page.needs:
        try:
            load_train(dataset_info(dataset).name, download=False)
        except InputError as error:
            pytest.skip(str(error))
