import pytest
import torch

from tests.accuracy.test_full_training import run
from xpert_evo.accuracy.audit import calibrate_normalisation, exact_accuracy
from xpert_evo.accuracy.full_training import trained_network
from xpert_evo.accuracy.network import build_network
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread, TrainingSettings
from xpert_evo.accuracy.training import evaluate, train
from xpert_evo.design.designs import homogeneous
from xpert_evo.design.encodings import ENCODINGS
from xpert_evo.errors import InputError

SETTINGS = TrainingSettings(epochs=4, batch_size=40, crop_padding=0)
SPREAD = DeviceSpread(cell_variation=0.05, mirror_mismatch=0.01, on_off_ratio=150.0)


def trained(pictures, *, adc_bits=5, encoding="offset", spread=None, epochs=4):
    images, labels = (torch.from_numpy(array[:400]) for array in pictures)
    design = homogeneous(width=0.1, input_bits=4, adc_bits=adc_bits, image_size=16, image_channels=1, classes=4)
    network = build_network(design, hardware=ArrayShape(weight_encoding=encoding), spread=spread, seed=1)
    settings = SETTINGS.model_copy(update={"epochs": epochs})
    train(network, images, labels, settings=settings, flip=False, seed=1)
    return network


def held_out(pictures):
    return tuple(torch.from_numpy(array[400:]) for array in pictures)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_noise_model_foretells_the_exact_accuracy(pictures, encoding):
    network = trained(pictures, encoding=encoding)

    noise, exact = evaluate(network, *held_out(pictures)), exact_accuracy(network, *held_out(pictures))

    assert noise > 0.5
    assert abs(noise - exact) < 0.1


def test_normalisation_behind_the_adcs_makes_up_for_what_they_shift(pictures):
    """At 3 bits the offset encoding's ADCs clip and round a lot."""
    network = trained(pictures, adc_bits=3, epochs=8)
    before = exact_accuracy(network, *held_out(pictures))

    calibrate_normalisation(network, torch.from_numpy(pictures[0][:200]))

    after = exact_accuracy(network, *held_out(pictures))
    assert after > before + 0.02
    assert abs(after - evaluate(network, *held_out(pictures))) < 0.1


def test_a_chip_is_repeatable_and_ideal_devices_are_the_best(pictures):
    network = trained(pictures)
    heavy = SPREAD.model_copy(update={"cell_variation": 0.3})

    ideal = exact_accuracy(network, *held_out(pictures))
    chips = [exact_accuracy(network, *held_out(pictures), spread=heavy, chip=chip) for chip in (1, 1, 2)]

    assert chips[0] == chips[1]
    assert max(chips) < ideal
    no_spread = SPREAD.model_copy(update={"cell_variation": 0.0, "mirror_mismatch": 0.0})
    assert exact_accuracy(network, *held_out(pictures), spread=no_spread, chip=1) == ideal


def test_training_with_varying_cells_makes_chips_better(pictures):
    heavy = SPREAD.model_copy(update={"cell_variation": 0.3})
    networks = [
        trained(pictures, encoding="differential", adc_bits=6, spread=spread, epochs=8) for spread in (None, heavy)
    ]

    plain, hardened = (
        sum(exact_accuracy(network, *held_out(pictures), spread=heavy, chip=chip) for chip in range(4)) / 4
        for network in networks
    )

    assert hardened > plain + 0.02


def test_all_images_are_counted(pictures):
    images, labels = held_out(pictures)
    seen = []

    exact_accuracy(trained(pictures, epochs=1), images[:70], labels[:70], on_images=seen.append)

    assert sum(seen) == 70


def test_a_checkpoint_is_read_back_and_others_are_refused(pictures, tmp_path):
    result = run(pictures, tmp_path)
    design = homogeneous(width=0.1, image_size=16, image_channels=1, classes=4)
    path = tmp_path / "checkpoint.pt"

    network = trained_network(path, design, ArrayShape())

    assert evaluate(network, *held_out(pictures)) == result["test_accuracy"]
    with pytest.raises(InputError, match="another array: weight_encoding is offset there and differential here"):
        trained_network(path, design, ArrayShape(weight_encoding="differential"))
    with pytest.raises(InputError, match=r"checkpoint\.pt: was trained for another design"):
        trained_network(path, homogeneous(width=0.2, image_size=16, image_channels=1, classes=4), ArrayShape())
    for content in (b"", b"not a checkpoint", path.read_bytes()[:3000]):
        (tmp_path / "broken.pt").write_bytes(content)
        with pytest.raises(InputError, match=r"broken\.pt: no checkpoint of a training, or a damaged one"):
            trained_network(tmp_path / "broken.pt", design, ArrayShape())
