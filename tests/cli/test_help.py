"""What a person is told before anything runs: help, examples, completion, what a misspelt name may have meant."""

import json
import os
import re
import shlex
import subprocess
import sys

import pytest
from typer.main import get_command

from xpert_evo.cli import completion
from xpert_evo.cli.main import EXAMPLES, app
from xpert_evo.design.design import homogeneous
from xpert_evo.design.design_files import save_design

COMMANDS = sorted(get_command(app).commands)


@pytest.fixture
def design(tmp_path):
    save_design(homogeneous(id="base", width=0.1), tmp_path / "d.json")
    return tmp_path / "d.json"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_has_an_example_and_a_short_name(run, command):
    code, text, _ = run(command, "-h")
    assert code == 0 and f"xpert-evo {command}" in text.partition("Example")[2]
    assert all(option in text for option in ("-q", "-v", "-h"))
    assert run(command, "--help")[1] == text


@pytest.mark.parametrize("example", [example for examples in EXAMPLES.values() for example in examples])
def test_examples_are_command_lines(example):
    name, *arguments = shlex.split(example)
    get_command(app).commands[name].make_context(name, arguments)


def test_commands_that_print_figures_write_csv_and_json():
    for name, command in get_command(app).commands.items():
        options = {option for parameter in command.params for option in parameter.opts}
        assert "--json" in options
        assert ("--csv" in options) == (name not in ("plot", "report", "init")), name


def test_quiet_leaves_results_and_errors(run, design):
    wide = homogeneous(id="small", width=0.1, column_sharing=32).to_json() | {"array": {"crossbar_size": 32}}
    design.write_text(json.dumps(wide))
    assert "column sharings beyond" in run("simulate", design)[2]
    for arguments in (("-q", "simulate", design), ("simulate", design, "--quiet")):
        code, text, said = run(*arguments)
        assert code == 0 and "small" in text and said == ""
    assert run("-q", "simulate", design.with_name("no.json"))[2].startswith("xpert-evo: ")


def test_verbose_tells_settings_and_where_an_error_comes_from(run, design):
    code, _, said = run("simulate", design, "-v")
    assert code == 0 and "hardware = xpert-rram" in said and re.search(r"[\d.]+ seconds", said)
    code, _, said = run("-v", "simulate", design, "--hardware", "nix")
    assert code == 2 and "Traceback" in said and said.rstrip().rpartition("\n")[2].startswith("xpert-evo: ")
    assert run("simulate", design)[2] == "", "it doesn't last"
    assert "give one of them" in run("-q", "simulate", design, "-v")[2]


def test_an_unexpected_error_is_a_line_with_its_place(run, design, monkeypatch):
    from xpert_evo.hardware import simulate

    def broken(*_, **__):
        return {}["nothing"]

    monkeypatch.setattr(simulate, "simulated", broken)
    code, _, said = run("simulate", design)
    assert code == 1 and said.count("\n") == 1
    assert re.search(r"unexpected KeyError: 'nothing' \(simulate.py, line \d+\); -v shows", said)
    assert "Traceback" in run("simulate", design, "-v")[2]


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["serach"], "'search'"),
        (["simulate", "DESIGN", "--hardwar", "x"], "--hardware"),
        (["simulate", "DESIGN", "--hardware", "xpert-ram"], "did you mean xpert-rram?"),
        (["search", "PROBLEM", "--out", "x", "--preset", "quik"], "did you mean quick?"),
        (
            ["search", "PROBLEM", "--out", "x", "--set", "search.trainigs=3"],
            "unknown key; did you mean trainings?",
        ),
        (["search", "PROBLEM", "--out", "x", "--set", "population=9"], "did you mean search.population?"),
        (["search", "PROBLEM", "--out", "x", "--set", "search.colour=9"], "valid are algorithm, mode, fidelities"),
        (["search", "PROBLEM", "--out", "x", "--set", "search.algorithm=surogate"], "did you mean surrogate?"),
        (["search", "PROBLEM", "--out", "x", "--set", "backbone=vg16"], "did you mean vgg16?"),
        (["search", "PROBLEM", "--out", "x", "--set", "dataset=cifar-10"], "did you mean cifar10?"),
        (["search", "PROBLEM", "--out", "x", "--set", 'search.constraints=["are_um2<=1"]'], "did you mean area_um2?"),
        (["init", "--problem", "digit"], "did you mean digits?"),
        (["export", "RUN", "--to", "x", "--pick", "best-edp@0.5"], "did you mean best-edap?"),
    ],
)
def test_what_was_meant_is_guessed(run, design, finished_run, pytestconfig, arguments, meant):
    places = {"DESIGN": design, "RUN": finished_run, "PROBLEM": pytestconfig.rootpath / "problems/digits.toml"}
    code, _, said = run(*(places.get(word, word) for word in arguments))
    assert code == 2 and meant in said.rstrip().rpartition("\n")[2]


def test_a_misspelt_gene_of_a_design_is_named(run, design):
    design.write_text(design.read_text().replace('"adc_bits"', '"adcbits"', 1))
    assert "layers.0.adcbits: unknown key; did you mean adc_bits?" in run("simulate", design)[2]


class Typed:
    """What a completion is told of the command line."""

    def __init__(self, *arguments: object, **params: object) -> None:
        self.args, self.params = list(map(str, arguments)), params


def test_names_are_completed(finished_run, pytestconfig):
    problem = pytestconfig.rootpath / "problems/digits.toml"
    assert completion.hardware_presets(Typed(), "xpert-r") == [
        "xpert-rram",
        "xpert-rram-csafix",
        "xpert-rram-ideal-wires",
    ]
    assert completion.datasets(Typed(), "ci") == ["cifar10"]
    assert completion.problem_files(Typed(), "") == ["cifar10", "digits", "tinyimagenet"]
    assert completion.problem_presets(Typed(problem), "") == ["quick", "standard", "thorough"]
    assert completion.problem_presets(Typed(problem=problem), "q") == ["quick"]
    assert completion.problem_keys(Typed(), "search.pop") == ["search.population="]
    picks = completion.picks(Typed(finished_run), "")
    assert {"knee", "best-edap@"} <= set(picks) and len(picks) > 10


def test_completion_never_fails(tmp_path):
    assert completion.problem_presets(Typed(), "") == completion.problem_presets(Typed(tmp_path / "no.toml"), "") == []


def test_a_shell_is_answered():
    environment = {
        **os.environ,
        "_XPERT_EVO_COMPLETE": "complete_bash",
        "COMP_WORDS": "xpert-evo simulate d.json --hardware rram-2",
        "COMP_CWORD": "4",
    }
    script = "import sys; sys.argv = ['xpert-evo']; from xpert_evo.cli.main import main; main()"
    ended = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert ended.stdout.split() == ["rram-22nm", "rram-2bit"], ended.stderr
