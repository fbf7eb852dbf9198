"""A PyTorch network of one's own, from a file of Python to a network file."""

from __future__ import annotations

import json
import re
from typing import ClassVar

import pytest

from tests.cli.refusals import refused
from xpert_evo.cli import completion
from xpert_evo.design.networks.network_file import read_network

OWN = """
from dataclasses import dataclass

from torch import nn

import beside


@dataclass
class Widths:
    first: "int" = 8


class Net(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.first, self.norm = nn.Conv2d(1, Widths().first, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.second, self.head = nn.Conv2d(8, 8, 3, padding=1), beside.head(classes)

    def forward(self, x):
        x = self.norm(self.first(x)).relu()
        return self.head((x + self.second(x)).relu())


def make():
    return Net(4)


def broken():
    raise RuntimeError("no weights here")


class Times(Net):
    def forward(self, x):
        return super().forward(x * 2)


made = Net(3)
number = 3
"""
BESIDE = """
from torch import nn


def head(classes):
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, classes))
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "types.py").write_text(OWN)  # called as a module of Python's own is
    (tmp_path / "nets" / "beside.py").write_text(BESIDE)
    return tmp_path


def test_a_module_becomes_a_file_and_a_table(place, run):
    code, out, _ = run("network", "nets/types.py:Net", "--image", "1x8x8", "--to", "mine.toml")
    assert code == 0 and out.splitlines()[-1] == "wrote mine.toml"
    network = read_network("mine.toml")
    assert (network.name, network.image_channels, network.layers) == ("mine", 1, 2)
    assert [operation.name for operation in network.operations[:2]] == ["first", "relu"]
    rows = dict(re.split(r"\s{2,}", line, maxsplit=1) for line in out.splitlines()[3:-1])
    assert rows == {
        "network": "mine",
        "image": "1 x 8 x 8; the smallest is 1 x 1",
        "layers on crossbars": "2",
        "widths to choose": "1",
        "weights on crossbars": "648",
        "MACs": "41,472",
        "digital": "2 relu, 1 add, 1 adaptive_average_pool, 1 flatten",
        "classifier": "digital, 8 x 10",
    }


@pytest.mark.parametrize(("name", "classes"), [("make", 4), ("made", 3)])
def test_functions_and_modules_are_taken_too(place, run, name, classes):
    code, out, _ = run("network", f"nets/types.py:{name}", "--image", "1x8x8", "--to", "mine.toml", "--json")
    found = json.loads(out)
    assert code == 0 and found["classifier"] == [8, classes] and found["file"] == "mine.toml"
    assert (found["weights"], found["macs"], found["digital"]["relu"]) == (648, 41472, 2)


def test_what_can_be_imported_is_named_by_its_module(place, run):
    arguments = ("torchvision.models:squeezenet1_1", "--image", "3x32x32", "--to", "s.toml", "--csv", "s.csv")
    code, out, _ = run("network", *arguments)
    assert code == 0 and out == "wrote s.toml\n"
    assert "classifier,none; the last layer gives the classes" in (place / "s.csv").read_text()
    assert read_network("s.toml").classifier is None


def test_a_file_that_is_there_is_replaced_by_force_alone(place, run):
    arguments = ("network", "nets/types.py:Net", "--image", "1x8x8", "--to", "mine.toml")
    (place / "mine.toml").write_text("mine")
    refused(run(*arguments), "mine.toml: exists already; name a new file, or --force")
    assert (place / "mine.toml").read_text() == "mine"
    assert run(*arguments, "--force")[0] == 0 and read_network("mine.toml").layers == 2
    refused(run(*arguments[:-1], "none/mine.toml"), "none/mine.toml: No such file or directory")


@pytest.mark.parametrize(
    ("source", "image", "said"),
    [
        ("nets/typs.py:Net", "1x8x8", "nets/typs.py:Net: there is no file nets/typs.py"),
        ("nets/types.py", "1x8x8", "network: nets/types.py: FILE.py:NAME is wanted"),
        ("nets/types.py:Ned", "1x8x8", "holds no Ned; did you mean Net?"),
        ("nets/types.py:broken", "1x8x8", "can't be made without arguments; RuntimeError: no weights here"),
        ("nets/types.py:number", "1x8x8", "nets/types.py:number: is no torch.nn.Module, and makes none"),
        ("nets/types.py:Widths", "1x8x8", "nets/types.py:Widths: is no torch.nn.Module, and makes none"),
        ("nets/types.py:Times", "1x8x8", "forward (types.py, line 35): mul is not supported; supported are Conv2d"),
        ("nets/types.py:Net", "8x8", "--image 8x8: CHANNELSxHEIGHTxWIDTH is wanted, such as 3x32x32"),
        ("nets/types.py:Net", "1x8x9", "image: 1 x 8 x 9; a square image is wanted"),
        ("nets/types.py:Net", "3x8x8", "first (types.py, line 21): "),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(place, run, source, image, said):
    refused(run("network", source, "--image", image, "--to", "mine.toml"), said)
    assert not (place / "mine.toml").exists()


def test_files_and_names_in_them_are_completed(place):
    class Typed:
        params: ClassVar[dict] = {}

    assert completion.python_files(Typed(), "ne") == ["nets/"]
    assert completion.python_files(Typed(), "nets/t") == ["nets/types.py:"]
    assert completion.python_files(Typed(), "nets/types.py:m") == ["nets/types.py:make", "nets/types.py:made"]
    assert completion.python_files(Typed(), "none/x.py:") == []
