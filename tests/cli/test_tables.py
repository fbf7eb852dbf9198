"""Tables on terminals of any width: what is left out is said, and no number or id is cut."""

import json
import re
import shutil
import sys

import pandas as pd
import pytest

from xpert_evo.cli import consoles
from xpert_evo.cli.main import main
from xpert_evo.cli.tables import Column, Sheet, fitted, spelt, wrapped
from xpert_evo.design.design import homogeneous
from xpert_evo.design.design_files import save_design

SHEET = Sheet(
    "Fruit",
    [
        Column("id", ["b10acc1e5f", "77633445ed knee"], names=True),
        Column("EDAP (mJ ms mm²)", ["0.0002023", "17"]),
        Column("proxy accuracy (%)", ["86.1 ± 1.1", "9.0 ± 0.5"], 1),
        Column("TOPS/W", ["8.49", "13.1"], 2),
        Column("TOPS/mm²", ["0.00937", "0.0161"], 3),
    ],
)


@pytest.mark.parametrize("width", [1, 20, 35, 40, 41, 50, 60, 66, 80, None])
def test_no_cell_is_cut_at_any_width(width):
    shown = fitted(SHEET, width)
    kept = [column for column in SHEET.columns if column.head not in shown.left_out]
    for column in kept:
        for cell, line in zip(column.cells, shown.body, strict=True):
            assert re.search(rf"(^|\s){re.escape(cell)}(\s|$)", line)
    assert [column.rank for column in kept] == [0, 0, 1, 2, 3][: len(kept)]
    widest = max(map(len, [*shown.head, *shown.body]))
    assert width is None or widest <= width or [column.rank for column in kept] == [0, 0]
    assert "mJ ms mm²" in "\n".join(shown.head), "a unit isn't broken"


def test_all_is_shown_where_there_is_room_and_nothing_is_broken_without_need():
    shown = fitted(SHEET, None)
    assert shown.left_out == [] and len(shown.head) == 2
    assert fitted(SHEET, 79).head == shown.head and fitted(SHEET, 79).body == shown.body
    assert len(fitted(SHEET, 60).head) > 2


def test_words_are_broken_at_spaces_where_they_may_be():
    sheet = Sheet("", [Column("what", ["here"], names=True), Column("names", ["one-two three, four"], breaks=True)])
    assert [line.split() for line in fitted(sheet, 20).body] == [["here", "one-two", "three,"], ["four"]]


def test_paths_and_percentages_stay_whole():
    path = "results/published/cifar10-full-size-1/front.csv"
    lines = wrapped(f"The most accurate reaches 86.1 +- 1.1 % and more is in {path} now", 30).split("\n")
    assert path in lines and any("86.1 +- 1.1 %" in line for line in lines)


@pytest.mark.parametrize(
    ("encoding", "text"), [("utf-8", "±µ²"), ("latin-1", "±µ²"), ("cp932", "+-u2"), ("ascii", "+-u2")]
)
def test_signs_are_spelt_where_an_encoding_lacks_one(encoding, text):
    assert spelt("±µ²", encoding) == text


LEFT_OUT = re.compile(r"left out at (.|\n)*?has\s+them\s+all")


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs one command on a terminal of a width, or into a pipe; gives standard output."""

    def command(*arguments: object, width: int | None) -> str:
        monkeypatch.setattr(consoles, "output_width", lambda: width)
        monkeypatch.setattr(sys, "argv", ["xpert-evo", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return capsys.readouterr().out

    return command


@pytest.fixture
def designs(tmp_path):
    save_design(homogeneous(id="base", width=0.5, adc_type="sar"), tmp_path / "d.json")
    return tmp_path / "d.json"


@pytest.mark.parametrize("width", [80, 60])
@pytest.mark.parametrize("command", ["front RUN", "simulate DESIGNS --breakdown", "compare RUN OTHER", "list"])
def test_commands_fit(run, command, width, finished_run, designs, tmp_path):
    shutil.copytree(finished_run, tmp_path / "other", ignore=shutil.ignore_patterns("plots", "report.html"))
    places = {"RUN": finished_run, "OTHER": tmp_path / "other", "DESIGNS": designs}
    arguments = [places.get(word, word) for word in command.split()]

    whole, narrow = run(*arguments, width=None), run(*arguments, width=width)

    assert max(map(len, narrow.split("\n"))) <= width < max(map(len, whole.split("\n")))
    shown = LEFT_OUT.sub("", narrow).replace("─", "")
    assert set(shown.split()) <= set(whole.split()), "what is shown is shown whole"
    assert ("left out" in narrow) == (command != "list") and "left out" not in whole


def test_columns_are_named_in_the_fields_terms(run, designs):
    text = run("simulate", designs, "--breakdown", width=None)
    for head in ("energy (µJ)", "latency (µs)", "area (mm²)", "EDAP (mJ ms mm²)", "TOPS/mm²", "columns per ADC", "SAR"):
        assert head in text
    assert "sar" not in text and "um2" not in text


def test_a_csv_file_has_all_columns_and_stands_in_place_of_the_table(run, finished_run, designs, tmp_path):
    path = tmp_path / "t.csv"
    text = run("front", finished_run, "--csv", path, width=60)
    assert list(pd.read_csv(path)) == list(pd.read_csv(finished_run / "front.csv"))
    assert "TOPS/W" in text and "gain:" not in text, "sentences without the table"
    assert json.loads(run("simulate", designs, "--csv", path, "--json", width=60))[0]["id"] == "base"
    assert list(pd.read_csv(path)["id"]) == ["base"]
    run("list", "--csv", path, width=60)
    assert {"hardware presets", "objectives"} <= set(pd.read_csv(path)["what"])


def test_a_breakdown_is_part_of_the_one_json_list(run, tmp_path, monkeypatch):
    from xpert_evo.hardware import simulate

    monkeypatch.setattr(simulate, "DESIGNS_AT_A_TIME", 2)
    many = [homogeneous(id=f"d{number}", width=0.1 + number / 100).to_json() for number in range(5)]
    (tmp_path / "many.json").write_text(json.dumps(many))

    rows = json.loads(run("simulate", tmp_path / "many.json", "--breakdown", "--json", width=None))
    text = run("simulate", tmp_path / "many.json", "--breakdown", width=80)

    assert [row["id"] for row in rows] == ["d0", "d1", "d2", "d3", "d4"]
    for row in rows:
        assert {layer["id"] for layer in row["layers"]} == {row["id"]}
        energies = [layer["energy_pj"] for layer in row["layers"] if layer["energy_pj"] is not None]
        assert row["energy_pj"] == pytest.approx(sum(energies), rel=1e-6)
    titles = [line for line in text.split("\n") if line.endswith((": layers", ": parts"))]
    assert titles == [f"d{number}: {table}" for number in range(5) for table in ("layers", "parts")]
    assert text.count("--layers-csv FILE has") == 1 and text.index("d4") < text.index("d0: layers")


def test_the_front_of_a_run_without_a_store_is_read_from_its_table(run, finished_run, tmp_path):
    for name in ("front.csv", "problem.toml"):
        shutil.copy(finished_run / name, tmp_path / name)
    text = run("front", tmp_path, width=None)
    assert text.split("\n\n")[0] == run("front", finished_run, width=None).split("\n\n")[0]
    assert "the run's store isn't here" in text and "preset xpert-rram" in text
    assert not (tmp_path / "store.sqlite").exists()


def test_a_breakdowns_first_layer_is_what_was_simulated(run, designs):
    layers = json.loads(run("simulate", designs, "--breakdown", "--json", width=None))[0]["layers"]
    lines = run("simulate", designs, "--breakdown", width=None).split("\n")
    first = next(line.split() for line in lines if line.startswith("     1 "))
    assert first[:6] == ["1", "32", "8", "SAR", "6", "8"]
    assert float(first[8]) == pytest.approx(layers[0]["energy_pj"] * 1e-6, rel=1e-2)
    assert any(line.startswith("shared") for line in lines)
