"""The generated module against the package's network in floating point."""

import ast
import subprocess
import sys

import pytest
import torch

from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.export.plain_network import import_network, module_source, plain_weights, save_weights


@pytest.fixture
def design() -> Design:
    """Narrow, one channel, of low and mixed precision: inputs are clipped a lot."""
    whole = homogeneous(width=0.05, input_bits=2, image_size=16, image_channels=1, classes=4)
    first = whole.layers[0].model_copy(update={"input_bits": 5, "channels": 7})
    return whole.model_copy(update={"layers": (first, *whole.layers[1:])})


@pytest.fixture
def trained(design) -> CrossbarNetwork:
    """A network in evaluation mode with all that a training changes set to what no default is."""
    generator = torch.Generator().manual_seed(3)
    trained = build_network(design, seed=2).eval()
    with torch.no_grad():
        for layer in trained.crossbar_layers():
            width = len(layer.gain)
            layer.gain += 0.3 * torch.randn(width, generator=generator)
            layer.shift += 0.3 * torch.randn(width, generator=generator)
            layer.running_mean += 0.1 * torch.randn(width, generator=generator)
            layer.running_var *= 0.2 + torch.rand(width, generator=generator)
            layer.input_step *= 0.9
            layer.noise_sigma += 1.0
        trained.bias += torch.randn(len(trained.bias), generator=generator)
    return trained


IMAGES = torch.rand(6, 1, 16, 16, generator=torch.Generator().manual_seed(0))


@torch.no_grad()
def test_outputs_are_those_of_the_packages_float_network(tmp_path, design, trained):
    source = tmp_path / "network.py"
    source.write_text(module_source(design, trained))
    save_weights(trained, tmp_path / "weights.safetensors", design=design)

    plain = import_network(source, tmp_path / "weights.safetensors")

    wanted = trained.plain(IMAGES)
    assert wanted.std() > 0.1 and wanted.shape == (6, 4)
    torch.testing.assert_close(plain(IMAGES), wanted, rtol=1e-5, atol=1e-5)


@torch.no_grad()
def test_what_the_chip_rounds_is_not_in_it(tmp_path, design, trained):
    source = tmp_path / "network.py"
    source.write_text(module_source(design, trained))
    save_weights(trained, tmp_path / "weights.safetensors", design=design)
    plain = import_network(source, tmp_path / "weights.safetensors")
    assert (plain(IMAGES) - trained(IMAGES)).abs().max() > 0.01


def test_weights_are_copies(trained):
    weights = plain_weights(trained)
    before = weights["classifier.bias"].clone()
    with torch.no_grad():
        trained.bias += 1
    assert torch.equal(weights["classifier.bias"], before)
    assert all(tensor.is_contiguous() and not tensor.requires_grad for tensor in weights.values())


def test_random_weights_come_from_the_seed(tmp_path, design):
    source = tmp_path / "network.py"
    source.write_text(module_source(design, build_network(design)))
    plain = import_network(source)
    assert not plain.training
    one, two, other = (type(plain)(seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not torch.equal(one["convolutions.0.weight"], other["convolutions.0.weight"])
    spread = one["convolutions.8.weight"].std() * (one["convolutions.8.weight"][0].numel() / 2) ** 0.5
    assert spread == pytest.approx(1, rel=0.05)


def names_of(statement: ast.Import | ast.ImportFrom) -> list[str]:
    """Of the modules that it imports."""
    if isinstance(statement, ast.ImportFrom):
        return ["." * statement.level + (statement.module or "")]
    return [alias.name for alias in statement.names]


def test_the_module_is_readable_and_needs_nothing_of_this_package(tmp_path, design):
    source = tmp_path / "network.py"
    source.write_text(module_source(design.named(), build_network(design)))
    text = source.read_text()
    assert f"design {design.named().id}" in text and "isn't the chip" in text
    assert '1, (0.0, 1.0), 5, 8, 6, "flash", 8),' in text
    imported = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {name.split(".")[0] for node in imported for name in names_of(node)}
    assert names - set(sys.stdlib_module_names) == {"safetensors", "torch"}
    subprocess.run([sys.executable, "-m", "ruff", "format", "--check", "--line-length", "120", source], check=True)
