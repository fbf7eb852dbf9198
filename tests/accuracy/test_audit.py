import pytest
import torch

from xpert_evo.accuracy.audit import Audit, audited, calibrate_normalisation, exact_accuracy
from xpert_evo.accuracy.network import build_network
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread, TrainingSettings
from xpert_evo.accuracy.training import evaluate, train
from xpert_evo.design.designs import homogeneous
from xpert_evo.design.encodings import ENCODINGS

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


def test_an_audit_says_what_each_figure_was_measured_on(pictures):
    network = trained(pictures, epochs=1)
    images, labels = held_out(pictures)

    result = audited(network, images, labels, audit=Audit(images=50, chips=3, chip_images=30, seed=7), spread=SPREAD)

    assert (result["noise_images"], result["exact_images"], result["chips_images"]) == (200, 50, 30)
    assert result["exact_accuracy"] == exact_accuracy(network, images[:50], labels[:50])
    assert result["chips_accuracies"][2] == exact_accuracy(network, images[:30], labels[:30], spread=SPREAD, chip=9)
    assert result["chips_worst_accuracy"] == min(result["chips_accuracies"]) <= result["chips_mean_accuracy"]
    alone = audited(network, images, labels, audit=Audit(chips=0), spread=SPREAD)
    assert alone["exact_images"] == 200 and not any(key.startswith("chips") for key in alone)
