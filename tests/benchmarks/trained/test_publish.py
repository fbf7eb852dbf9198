import json

import numpy as np
import pytest
from PIL import Image

from benchmarks.trained.publish import publish
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.codes import save_codes
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.design import homogeneous
from xpert_evo.design.design_files import load_designs


@pytest.fixture
def training(tmp_path):
    """A folder as `train` leaves it, but that nothing was trained."""
    folder = tmp_path / "runs/half"
    folder.mkdir(parents=True)
    design = homogeneous(width=0.05, weight_bits=5)
    network = build_network(design, seed=1)
    for layer in network.crossbar_layers():
        layer.converted_mean, layer.converted_var = layer.running_mean.clone(), layer.running_var.clone()
    save_codes(network, folder / "codes.safetensors", design=design, array=ArrayShape(), seed=1)
    (folder / "result.json").write_text("{}")
    (folder / "curves.csv").write_text("epoch\n1\n")
    (folder / "checkpoint.safetensors").write_bytes(bytes(1000))
    noise = np.random.default_rng(1).integers(0, 255, (80, 80, 3), dtype=np.uint8)
    Image.fromarray(noise).save(folder / "curves.png")
    return folder


def test_what_an_audit_needs_is_published_with_its_design(training, tmp_path):
    to = publish(training, tmp_path / "published")

    assert sorted(path.name for path in to.iterdir()) == [
        "codes.safetensors",
        "curves.csv",
        "curves.png",
        "design.json",
        "result.json",
    ]
    assert load_designs(to / "design.json")[0].to_json() == homogeneous(width=0.05, weight_bits=5).to_json()
    assert (to / "codes.safetensors").read_bytes() == (training / "codes.safetensors").read_bytes()
    with Image.open(to / "curves.png") as picture:
        assert len(picture.convert("RGB").getcolors()) <= 256 and picture.size == (80, 80)


def test_a_training_that_has_not_ended_is_refused(training, tmp_path):
    (training / "result.json").unlink()

    with pytest.raises(SystemExit, match=r"half: no result\.json; a finished training is wanted"):
        publish(training, tmp_path / "published")
    assert not (tmp_path / "published").exists()


def test_a_published_training_is_replaced(training, tmp_path):
    publish(training, tmp_path / "published")
    (training / "result.json").write_text('{"seed": 2}')

    to = publish(training, tmp_path / "published")

    assert json.loads((to / "result.json").read_text()) == {"seed": 2}
