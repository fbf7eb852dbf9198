import json
import shutil

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn
from safetensors import safe_open

from tests.accuracy.examples import SPREAD, TEST, TRAINING, shallow
from xpert_evo.accuracy.audit import Audit, audited, calibrate_normalisation, exact_accuracy
from xpert_evo.accuracy.circuit.quantizers import weight_scale
from xpert_evo.accuracy.networks import checkpoints
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.codes import FORMAT, round_to_codes, save_codes
from xpert_evo.accuracy.networks.trained import trained_network
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.accuracy.training.full import held_out_split
from xpert_evo.data import Images
from xpert_evo.design.design import ArrayDesign, homogeneous
from xpert_evo.design.encodings import ENCODINGS
from xpert_evo.errors import InputError

ARRAY = ArrayShape()
SMALL, LARGE = st.floats(-(2**-30), 2**-30, width=32), st.floats(-1000, 1000, width=32)
weights = stn.arrays(np.float32, (6, 3, 3, 3), elements=SMALL | LARGE)


@settings(max_examples=50, deadline=None)
@given(weights, st.sampled_from(sorted(ENCODINGS)), st.sampled_from([2, 4, 8]), st.integers(2, 8))
def test_weights_of_codes_have_the_same_codes_and_scales(values, encoding, bits_per_cell, weight_bits):
    array = ArrayShape(weight_encoding=encoding, bits_per_cell=bits_per_cell)
    network = build_network(shallow(width=0.1, image_channels=3, weight_bits=weight_bits), hardware=array)
    layer = network.crossbar_layers()[0]
    layer.weight.data = torch.from_numpy(values)
    codes, scale = layer.integer_weight(), weight_scale(layer.weight, layer.largest_weight)

    round_to_codes(network)

    assert torch.equal(layer.integer_weight(), codes)
    assert torch.equal(weight_scale(layer.weight, layer.largest_weight), scale)


def test_checkpoint_and_codes_give_the_same_audit(pictures, whole):
    result = json.loads((whole / "result.json").read_text())
    images, labels = (torch.from_numpy(array[-TEST:]) for array in pictures)
    audit = Audit(images=60, chips=2, chip_images=40)
    fitted, _ = held_out_split(Images(pictures[0][:TRAINING], pictures[1][:TRAINING]), seed=1)

    design = shallow(input_bits=3)
    of_codes = trained_network(whole / "codes.safetensors", design, ARRAY)
    of_checkpoint = trained_network(whole / "checkpoint.safetensors", design, ARRAY)
    round_to_codes(of_checkpoint.network)
    calibrate_normalisation(of_checkpoint.network, torch.from_numpy(fitted.pixels[:500]))

    assert not of_codes.normalisation and of_checkpoint.normalisation and of_checkpoint.how_split == (1, 20)
    assert not of_codes.ranges and not of_checkpoint.ranges
    for network in (of_codes.network, of_checkpoint.network):
        again = audited(network, images, labels, audit=audit, spread=SPREAD)
        assert again == {key: result[key] for key in again}
    layers = (known.network.crossbar_layers() for known in (of_codes, of_checkpoint))
    for one, other in zip(*layers, strict=True):
        for name in ("weight", "converted_mean", "converted_var", "adc_step", "adc_lowest", "noise_sigma"):
            assert torch.equal(getattr(one, name), getattr(other, name)), name


@pytest.mark.parametrize("name", ["codes.safetensors", "checkpoint.safetensors"])
@pytest.mark.parametrize("changes", [{"wire_per_cell": 0.84 / 6000, "off_share": 1 / 150}, {"crossbar_size": 128}])
def test_a_network_is_put_on_other_rows_and_wires(pictures, whole, name, changes):
    """Its weights stay, its ranges are to be set anew, and then it does nearly as well."""
    design, other = shallow(input_bits=3), ARRAY.model_copy(update=changes)
    before = trained_network(whole / name, design, ARRAY).network
    moved = trained_network(whole / name, design, other)
    assert moved.ranges and moved.normalisation
    images, labels = (torch.from_numpy(array[-TEST:]) for array in pictures)
    some = torch.from_numpy(pictures[0][:100])
    round_to_codes(moved.network)
    moved.network.calibrate(as_pixels(some))
    calibrate_normalisation(moved.network, some)
    for one, there in zip(before.crossbar_layers(), moved.network.crossbar_layers(), strict=True):
        assert torch.equal(one.integer_weight(), there.integer_weight())
        assert there.array == other and not torch.equal(one.noise_sigma, there.noise_sigma)
        assert (there.wire_gain < 0.9999) == ("wire_per_cell" in changes)
    assert exact_accuracy(moved.network, images, labels) > exact_accuracy(before, images, labels) - 0.15


def test_an_array_is_the_designs_or_the_chips(whole):
    """A design that chooses 128 rows on a chip of 64 is what it is on a chip of 128."""
    chosen = shallow(input_bits=3).model_copy(update={"array": ArrayDesign(crossbar_size=128)})
    moved = trained_network(whole / "codes.safetensors", chosen, ARRAY)
    assert moved.ranges and moved.network.crossbar_layers()[0].array.crossbar_size == 128


def test_codes_are_what_cells_hold_in_about_a_byte_a_weight(tmp_path):
    design = homogeneous(width=0.25)
    network = build_network(design, hardware=ARRAY, seed=3).eval()
    network.calibrate(torch.rand(4, 3, 32, 32))
    calibrate_normalisation(network, torch.randint(256, (4, 3, 32, 32), dtype=torch.uint8))
    path = tmp_path / "codes.safetensors"

    save_codes(network, path, design=design, array=ARRAY, seed=3)

    count = sum(layer.weight.numel() for layer in network.crossbar_layers())
    assert path.stat().st_size < 1.1 * count
    with safe_open(path, framework="np") as file:
        assert json.loads(file.metadata()["xpert_evo"])["format"] == FORMAT
        for number, layer in enumerate(network.crossbar_layers()):
            codes, scale = file.get_tensor(f"layers.{number}.codes"), file.get_tensor(f"layers.{number}.scale")
            assert codes.dtype == np.int8
            assert np.array_equal(codes, layer.integer_weight().detach().numpy())
            error = np.abs(codes * scale[:, None, None, None] - layer.weight.detach().numpy())
            assert (error <= 0.501 * scale[:, None, None, None]).all()


def test_what_is_no_file_of_this_design_is_refused(tmp_path, whole):
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    design, other = (shallow(width=width, input_bits=3) for width in (1, 2))
    for name in ("codes.safetensors", "checkpoint.safetensors"):
        path = tmp_path / name
        assert trained_network(path, design.model_copy(update={"id": "another name"}), ARRAY)
        with pytest.raises(InputError, match=rf"{name}: .*another design: layer 1: channels is 8 there and 16 here"):
            trained_network(path, other, ARRAY)
        with pytest.raises(InputError, match="another array: weight_encoding is offset there and differential here"):
            trained_network(path, design, ArrayShape(weight_encoding="differential"))
        tensors, facts = checkpoints.read(path, "")
        lost = next(key for key in tensors if key.endswith(("layers.3.scale", "layers.3.weight")))
        checkpoints.write(path, {key: value for key, value in tensors.items() if key != lost}, facts)
        with pytest.raises(InputError, match=rf"{name}: .*damaged"):
            trained_network(path, design, ARRAY)
        checkpoints.write(path, tensors | {lost: torch.ones(3)}, facts)
        with pytest.raises(InputError, match=rf"{name}: damaged"):
            trained_network(path, design, ARRAY)
        checkpoints.write(path, tensors, {"format": "pt"})
        with pytest.raises(InputError, match=rf"{name}: its format is pt; give what a training wrote"):
            trained_network(path, design, ARRAY)
        path.write_bytes(b"no weights")
        with pytest.raises(InputError, match=rf"{name}: no weights of a training, or a damaged file"):
            trained_network(path, design, ARRAY)
