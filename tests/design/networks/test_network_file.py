"""Network files: what is written is read back, and what is wrong is named with file and key."""

from __future__ import annotations

import pytest

from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.network_file import network_toml, read_network, write_network
from xpert_evo.design.networks.registry import backbone, backbones
from xpert_evo.errors import InputError

CHAIN = """format = "xpert-evo/network-1"
name = "chain"
image_channels = 1
operations = [
  { name = "conv", kind = "convolution", inputs = ["image"], channels = 8, kernel = [3, 3], padding = [1, 1] },
  { name = "pool", kind = "max_pool", inputs = ["conv"], kernel = [2, 2], ceil = true },
  { name = "flat", kind = "flatten", inputs = ["pool"] },
  { name = "last", kind = "linear", inputs = ["flat"], channels = 10 },
]
"""


@pytest.mark.parametrize("name", backbones())
def test_every_network_is_read_back(tmp_path, name):
    write_network(backbone(name), tmp_path / "network.toml")
    assert read_network(tmp_path / "network.toml") == backbone(name)


def test_a_file_is_a_line_an_operation(tmp_path):
    (tmp_path / "chain.toml").write_text(CHAIN)
    network = read_network(tmp_path / "chain.toml")
    assert isinstance(network, Network) and network.operations[1].ceil is True
    assert network_toml(network) == CHAIN
    write_network(network, tmp_path / "again.toml")
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["again.toml", "chain.toml"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('format = "xpert-evo/network-1"\n', "", "format: missing"),
        ("network-1", "network-9", "format: .*is wanted, not 'xpert-evo/network-9'"),
        ("padding", "pading", r"operations\.0\.pading: unknown key; did you mean padding\?"),
        ("max_pool", "maxpool", r"operations\.1\.kind: .*did you mean max_pool\?"),
        ("channels = 8", "channels = 0", r"operations\.0\.channels: .*not 0"),
        ('["conv"]', '["cov"]', "operation pool: inputs: cov names no earlier operation"),
        ("kernel = [3, 3], ", "", "operation conv: kernel is missing"),
        ("operations = [", "operations = 3 # [", "not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, old, new, said):
    path = tmp_path / "chain.toml"
    assert old in CHAIN
    path.write_text(CHAIN.replace(old, new, 1))
    with pytest.raises(InputError, match=f"chain.toml: .*{said}"):
        read_network(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.toml: No such file or directory; a network file \(TOML\) is wanted"):
        read_network(tmp_path / "none.toml")
