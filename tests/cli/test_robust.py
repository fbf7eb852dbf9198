"""What a terminal, a disk or a stranger's file can do to a command: a line, and the right exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from xpert_evo.design.design import homogeneous
from xpert_evo.design.design_files import save_design

HEAD = "hardware,input_size,in_channels,out_channels,kernel,max_pool,column_sharing,adc_type,adc_bits,input_bits\n"


COMMANDS = """
import json, sys
from xpert_evo.cli.main import main
for command in json.loads(sys.argv[1]):
    sys.argv = ["xpert-evo", *command]
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            raise
"""


def processed(*commands: tuple[object, ...], cwd: Path, **options) -> subprocess.CompletedProcess:
    """Runs commands in a process of their own, for what a process is given when it starts."""
    return subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps([list(map(str, command)) for command in commands])],
        capture_output="stdout" not in options,
        text=True,
        errors="replace",
        cwd=cwd,
        check=False,
        **options,
    )


def refused(result: tuple[int, str, str], *named: str, code: int = 2) -> None:
    ended, _, error = result
    assert ended == code, error
    assert error.count("\n") == 1 and error.startswith("xpert-evo: "), error
    assert all(part in error for part in named), error


@pytest.fixture(autouse=True)
def inside(tmp_path, monkeypatch) -> None:
    """Paths are those of an empty folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def design(tmp_path):
    save_design(homogeneous(id="base"), tmp_path / "d.json")
    return tmp_path / "d.json"


@pytest.mark.parametrize("encoding", ["cp932", "ascii", "latin-1", "koi8-r"])
def test_characters_that_an_encoding_lacks_are_replaced(tmp_path, design, finished_run, encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ended = processed(("front", finished_run), ("simulate", design, "--breakdown"), cwd=tmp_path, env=environment)
    assert ended.returncode == 0, ended.stderr
    front, _, breakdown = ended.stdout.partition("base: layers")
    assert len(front) > 500 and len(breakdown) > 500, ended.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
def test_a_full_disk_is_a_line(run, tmp_path, design):
    with Path("/dev/full").open("w") as full:
        for arguments in (("simulate", design), ("list",)):
            ended = processed(arguments, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE)
            refused((ended.returncode, "", ended.stderr), "No space left on device", code=1)
    refused(run("simulate", design, "--csv", "/dev/full"), "/dev/full", "No space left", code=1)
    assert Path("/dev/full").is_char_device(), "no file is put in a device's place"


def test_paths_are_no_markup(run):
    refused(run("front", "[/b]"), "[/b]")
    refused(run("simulate", "[/b].json", "--csv", "[red]"), "[/b].json")


@pytest.mark.parametrize(
    "options",
    [
        ("--hardware", "xpert-sram"),
        ("--network-model", "chip"),
        ("--weight-encoding", "differential"),
        ("--breakdown",),
        ("--layers-csv", "l.csv"),
        ("--picture", "p.png"),
    ],
)
def test_a_layer_table_takes_no_option_that_it_does_not_use(run, tmp_path, options):
    (tmp_path / "t.csv").write_text(HEAD + "xpert-rram,32,24,48,1,0,8,flash,6,8\n")
    refused(run("simulate", "--layer-table", "t.csv", *options), options[0], "--layer-table")
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


def test_a_reference_tools_table_is_recognised(run, tmp_path):
    (tmp_path / "t.csv").write_text("34,34,3,64,3,1,0,8,1,6,8,1\n" * 2)
    refused(run("simulate", "--layer-table", "t.csv"), "XPertSim", "read_table")


def test_designs_are_simulated_some_at_a_time(run, tmp_path, monkeypatch):
    from xpert_evo.hardware import simulate

    designs = [homogeneous(id=f"d{number}", width=0.1 + number / 100).to_json() for number in range(7)]
    (tmp_path / "many.json").write_text(json.dumps(designs))
    monkeypatch.setattr(simulate, "DESIGNS_AT_A_TIME", 3)
    printed = []
    for extra in (("--json",), ("--csv", str(tmp_path / "some.csv"))):
        code, out, _ = run("simulate", tmp_path / "many.json", *extra)
        assert not code
        printed.append(out)
    rows = json.loads(printed[0])
    assert [row["id"] for row in rows] == [f"d{number}" for number in range(7)]
    whole = simulate.simulate(tmp_path / "many.json")
    assert [row["energy_pj"] for row in rows] == pytest.approx(whole["energy_pj"].tolist(), rel=1e-9)
    assert (tmp_path / "some.csv").read_text() == whole.to_csv(index=False)


def test_a_bad_design_at_the_end_leaves_no_half_table(run, tmp_path):
    designs = [homogeneous(id="good").to_json(), {"id": "bad"}]
    (tmp_path / "two.json").write_text(json.dumps(designs))
    refused(run("simulate", "two.json", "--csv", "x.csv"), "two.json: design 1")
    assert [path.name for path in tmp_path.iterdir()] == ["two.json"]


def test_sharings_beyond_a_crossbar_are_told(run, tmp_path):
    content = homogeneous(id="small", column_sharing=32).to_json() | {"array": {"crossbar_size": 32}}
    (tmp_path / "d.json").write_text(json.dumps(content))
    code, _, said = run("simulate", "d.json")
    assert code == 0 and "1 design has column sharings beyond" in said


def test_an_output_that_nobody_reads_ends_quietly(tmp_path, design):
    script = f"{sys.executable} -m xpert_evo simulate {design} --breakdown --json | head -c 10"
    ended = subprocess.run(["sh", "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "Traceback" not in ended.stderr and "Exception" not in ended.stderr


def test_the_front_of_a_folder_that_cannot_be_written_is_shown(run, finished_run, monkeypatch):
    from xpert_evo.workflows import results

    def closed(found, _):
        raise PermissionError(13, "Permission denied", str(found.folder))

    monkeypatch.setattr(results, "write_tables_of", closed)  # root, as which tests may run, may write everywhere
    code, out, said = run("front", finished_run)
    assert not code and "aren't brought up to date (Permission denied)" in said
    assert "knee" in out
