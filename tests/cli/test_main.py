"""The command line as a user meets it: exit codes, one line for bad input, what is loaded."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys

import pytest
from typer.main import get_command

from tests.cli.refusals import refused
from xpert_evo.cli.main import app
from xpert_evo.design.design import homogeneous
from xpert_evo.design.design_files import save_design


@pytest.fixture
def problems(pytestconfig):
    return pytestconfig.rootpath / "problems"


PLAIN = [part for text in ("algorithm=nsga2", "population=8", "trainings=12") for part in ("--set", f"search.{text}")]


def test_help_and_version(run):
    code, out, _ = run("--help")
    assert code == 0
    for name in (
        "search",
        "simulate",
        "front",
        "plot",
        "report",
        "compare",
        "export",
        "promote",
        "train",
        "init",
        "network",
        "list",
    ):
        assert name in out
        assert run(name, "--help")[0] == 0
    assert run("--version")[1].startswith("xpert-evo 0.")


def test_list_names_what_there_is(run):
    code, out, _ = run("list", "--json")
    assert code == 0
    there = json.loads(out)
    assert "xpert-rram" in there["hardware presets"] and "vgg16" in there["backbones"]
    assert there["data sets"] == ["digits", "cifar10", "tinyimagenet", "folder:PATH"]


def test_simulate_gives_the_contracts_columns(run, tmp_path):
    save_design(homogeneous(id="base"), tmp_path / "d.json")
    code, out, _ = run("simulate", tmp_path / "d.json", "--json")
    assert code == 0
    row = json.loads(out)[0]
    assert list(row) == [
        "id",
        "energy_pj",
        "latency_ns",
        "area_um2",
        "edap_pj_ns_um2",
        "tops",
        "tops_per_w",
        "tops_per_mm2",
        "leakage_energy_pj",
    ]
    assert row["id"] == "base"
    code, out, _ = run("simulate", tmp_path / "d.json", "--breakdown", "--layers-csv", tmp_path / "layers.csv")
    assert code == 0 and (tmp_path / "layers.csv").read_text().count("\n") == 15
    assert "interconnect" in out and "shared" in out
    code, out, _ = run("simulate", tmp_path / "d.json", "--network-model", "xpertsim", "--json")
    assert json.loads(out)[0]["area_um2"] == pytest.approx(124.16e6, rel=1e-3)
    assert run("simulate", tmp_path / "d.json", "--picture", tmp_path / "d.png")[0] == 0
    assert (tmp_path / "d.png").stat().st_size > 20_000
    two = [homogeneous(id=name).to_json() for name in ("a", "b")]
    (tmp_path / "two.json").write_text(json.dumps(two))
    refused(run("simulate", tmp_path / "two.json", "--picture", tmp_path / "d.png"), "two.json", "2 designs")


def test_search_front_plot_and_export(run, tmp_path, problems, estimator, without_pictures):
    out = tmp_path / "run"
    search = ("search", problems / "digits.toml", "--out", out, "--workers", 1, *PLAIN)
    code, printed, said = run(*search, "--json")
    assert code == 0 and "knee" in said
    assert {row["id"] for row in json.loads(printed)} == {path.stem for path in (out / "designs").iterdir()}
    refused(run(*search), str(out), "--resume")
    assert "proxy" in run("front", out)[1]
    assert len(json.loads(run("plot", out, "--json")[1])) == 6
    assert run("export", out, "--to", tmp_path / "design")[0] == 0
    refused(run("export", out, "--to", tmp_path / "design"), "in use")
    refused(run("export", out, "--to", tmp_path / "other", "--pick", "nobody"), "--pick nobody", "knee")


def test_report_compare_and_export_tell_programs_what_they_wrote(run, tmp_path, finished_run, without_pictures):
    there = tmp_path / "there"
    shutil.copytree(finished_run, there)
    assert json.loads(run("report", there, "--json")[1]) == {"file": str(there / "report.html")}
    refused(run("report", tmp_path), "holds no run")

    code, out, _ = run("compare", finished_run, there, "--json")
    assert code == 0 and [row["run"] for row in json.loads(out)["runs"]] == ["run", "there"]
    assert "reference point" in run("compare", finished_run, there)[1]
    refused(run("compare", finished_run), "at least two")

    picks = ("--pick", "knee", "--pick", "best-tops-per-w@0")
    code, out, _ = run("export", finished_run, "--to", tmp_path / "two", *picks, "--json")
    assert code == 0 and [row["picks"] for row in json.loads(out)["designs"]] == [["knee"], ["best-tops-per-w@0"]]
    refused(run("export", finished_run, "--to", tmp_path / "x", *picks, "--weights", "w.pt"), "--weights", "2 designs")


def test_promotion_trains_picked_designs_for_longer(run, tmp_path, finished_run, estimator, without_pictures):
    there = shutil.copytree(finished_run, tmp_path / "there")
    promote = ("promote", there, "--pick", "knee", "--factor", 3, "--workers", 1)
    estimator.interrupt_after = 1
    code, _, error = run(*promote)
    assert code == 130 and "continue with the same command" in error
    estimator.interrupt_after = None
    code, out, said = run(*promote, "--json")
    assert code == 0 and {row["promoted_epochs"] for row in json.loads(out)} == {9} and "trained for 9 epochs" in said
    assert "flash VGG16" in run(*promote)[1]
    assert "9 epochs" in run("front", there)[1]
    refused(run("promote", tmp_path), "holds no run")
    refused(run("promote", there, "--designs", 0), "--pick")
    refused(run("promote", there, "--factor", 1), "--factor")


def test_ctrl_c_leaves_a_run_that_goes_on(run, tmp_path, problems, estimator, without_pictures):
    search = ("search", problems / "digits.toml", "--out", tmp_path / "run", "--workers", 1, *PLAIN)
    estimator.interrupt_after = 4
    code, _, error = run(*search)
    assert code == 130 and "--resume" in error
    estimator.interrupt_after = None
    assert run(*search, "--resume")[0] == 0


def test_init_writes_a_problem_that_is_valid(run, tmp_path):
    from xpert_evo.workflows.problem_file import load_problem

    for dataset in ("digits", "cifar10"):
        path = tmp_path / f"{dataset}.toml"
        assert run("init", path, "--dataset", dataset)[0] == 0
        assert load_problem(path).dataset == dataset
    refused(run("init", path), "exists already")
    refused(run("init", tmp_path / "x.toml", "--dataset", "mnist"), "mnist", "cifar10")


def test_bad_input_is_one_line_and_exit_code_2(run, tmp_path, problems):
    digits = problems / "digits.toml"
    out = ("--out", tmp_path / "run")
    refused(run("search", tmp_path / "no.toml", *out), "no.toml", "No such file")
    refused(run("search", digits, *out, "--set", "space.adc_bits=[9]"), "space.adc_bits", "8", "9")
    refused(run("search", digits, *out, "--set", "search.speed=9"), "search.speed", "unknown key")
    refused(run("search", digits, *out, "--preset", "huge"), "huge", "quick, standard, thorough")
    refused(run("search", digits, *out, "--speed", "3"), "--speed")
    refused(run("search", digits, *out, "--workers", "0"), "--workers")
    refused(run("search", digits), "--out")
    refused(run("search", digits, *out, "--set", "hardware.preset=moon"), "moon", "xpert-rram")
    refused(run("evolve"), "evolve")
    refused(run("front", tmp_path), "holds no run")
    refused(run("simulate"), "design file")
    refused(run("simulate", tmp_path / "d.json"), "d.json")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("command", [("search", "nowhere.toml", "--out"), ("promote",)])
def test_ray_is_an_extra_which_is_missed_before_anything_else(run, tmp_path, monkeypatch, command):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "ray" else find(name, *rest))
    result = run(*command, tmp_path / "run", "--ray", "auto")
    refused(result, 'pip install "xpert-evo[ray]"')
    assert result[2].count("\n") == 1 and not (tmp_path / "run").exists()


def test_a_missing_and_a_truncated_data_set_are_named(run, tmp_path, problems):
    cifar = ("search", problems / "cifar10.toml", "--out", tmp_path / "run", "--data", tmp_path, "--no-download")
    refused(run(*cifar), "CIFAR-10", str(tmp_path))
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    for name in [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch", "batches.meta"]:
        (folder / name).write_bytes(b"truncated")
    refused(run(*cifar), str(folder))
    assert not (tmp_path / "run").exists()


LIGHT = """
import json, sys
from xpert_evo.cli.main import main
avoided, commands = json.loads(sys.argv[1])
for command in commands:
    sys.argv = ["xpert-evo", *command]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, (command, ended.code)
    heavy = sorted(set(avoided) & set(sys.modules))
    assert not heavy, (command, heavy)
"""
HEAVY = ["torch", "torchvision", "pymoo", "sklearn"]
DRAWING = ["matplotlib", "plotly", "jinja2", "onnx"]


@pytest.mark.parametrize(
    ("commands", "avoided"),
    [
        (["--help", "search --help"], [*HEAVY, *DRAWING, "pandas"]),
        (["simulate DESIGN", "list", "init NEW", "front RUN", "compare RUN COPY"], HEAVY + DRAWING),
        (["plot COPY"], HEAVY),
        (["report COPY"], [name for name in HEAVY if name != "sklearn"]),  # it asks the predictor which genes matter
    ],
)
def test_light_commands_load_neither_torch_nor_pymoo(commands, avoided, tmp_path, finished_run):
    """One after the other in a process: what one loads is found after it."""
    places = {name: tmp_path / name for name in ("DESIGN", "NEW", "RUN", "COPY")}
    save_design(homogeneous(), places["DESIGN"])
    for name in ("RUN", "COPY"):
        shutil.copytree(finished_run, places[name])
    arguments = [[str(places.get(word, word)) for word in command.split()] for command in commands]
    ended = subprocess.run(
        [sys.executable, "-c", LIGHT, json.dumps([avoided, arguments])],
        capture_output=True,
        text=True,
        env={**os.environ},
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("command", ["search", "train", "audit", "export", "promote"])
def test_help_says_what_an_option_is_by_default(command):
    """In square brackets it would be taken for markup, and vanish."""
    help_texts = [parameter.help for parameter in get_command(app).commands[command].params]
    assert not [text for text in help_texts if text and "[" in text.replace("\\[", "")]
