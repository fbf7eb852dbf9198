"""What the pages show: every block is run as written, or, where that takes minutes, its command is known."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from tests.docs.blocks import PAGES, ROOT, RUN_LANGUAGES, Block, commands, parsed, read_page
from xpert_evo.cli.main import app, main
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import load_problem, merged

RUN_PAGES = [name for name in PAGES if any(block.runs or block.file for block in read_page(name).blocks)]


@pytest.mark.parametrize("name", RUN_PAGES)
def test_the_blocks_of_a_page_do_what_they_say(name, tmp_path, monkeypatch, capsys, accurate_run, without_pictures):
    monkeypatch.chdir(tmp_path)
    page = read_page(name)
    for folder in page.given:
        shutil.copytree(accurate_run, folder)
    names: dict[str, object] = {}
    for block in page.blocks:
        if block.file:
            Path(block.file).write_text(block.code, encoding="utf-8")
        elif block.slow:
            known(block)
            if block.leaves:
                shutil.copytree(accurate_run, block.leaves)
        elif block.runs and block.language == "python":
            exec(compile(block.code, name, "exec"), names)
        elif block.runs:
            for line in commands(block.code):
                run(line, monkeypatch, capsys)


def run(line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Runs a line of shell; our own command in this process, which spares it loading everything again."""
    words = shlex.split(line, comments=True)
    if words[0] != "xpert-evo":
        subprocess.run(["bash", "-euc", line], check=True)
        return
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code, f"{line}: {capsys.readouterr().err}"


def known(block: Block) -> None:
    """Looks whether a block's commands, their options and arguments exist, or what it imports does."""
    if block.language == "python":
        defined = [
            part for part in ast.parse(block.code).body if isinstance(part, ast.Import | ast.ImportFrom | ast.ClassDef)
        ]
        exec(compile(ast.Module(defined, []), "block", "exec"), {})
        return
    there = get_command(app).commands  # type: ignore[attr-defined]  # of a group
    found = 0
    for line in commands(block.code):
        for command in re.findall(r"xpert-evo [^\n;]*", line.replace("\\\n", " ").replace("$seed", "1")):
            _, name, *arguments = shlex.split(command, comments=True)
            there[name].make_context(name, arguments)
            found += 1
    assert found, block.code


@pytest.mark.parametrize("name", PAGES)
def test_no_block_is_left_out(name):
    for block in read_page(name).blocks:
        if block.language in RUN_LANGUAGES:
            assert block.runs or block.file, f"{name}: a comment above this says how it is run:\n{block.code}"
        elif block.mark:
            assert block.file or block.mark == "problem", f"{name}: {block.mark} is nothing that a test knows"


@pytest.mark.parametrize("name", [name for name in PAGES if "<!-- problem -->" in (ROOT / "docs" / name).read_text()])
def test_pieces_of_problem_files_fit_into_one(name):
    whole = load_problem(ROOT / "problems" / "digits.toml").model_dump(mode="json", exclude_none=True)
    for block in read_page(name).blocks:
        if block.mark == "problem":
            Problem.model_validate(merged(whole, tomllib.loads(block.code)))


def test_a_command_that_is_not_there_is_found():
    page = parsed("<!-- run: slow -->\n```sh\nxpert-evo search x.toml --outt y\n```\n")
    with pytest.raises(Exception, match="--outt"):
        known(page.blocks[0])


def test_make_has_the_targets_that_the_pages_name():
    text = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in PAGES)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`make (\w+)", text))
    assert named and not [target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)]
