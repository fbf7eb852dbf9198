from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from tests.accuracy import examples
from tests.accuracy.examples import SPREAD, held_out, untrained
from xpert_evo.accuracy.answers import of_text
from xpert_evo.accuracy.audit import Audit, audited, calibrate_normalisation, exact_accuracy, exactly_right
from xpert_evo.accuracy.circuit.devices import cells_of
from xpert_evo.accuracy.circuit.noise import NoisePool
from xpert_evo.accuracy.circuit.quantizers import weight_scale
from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.accuracy.networks.imc_layers import CrossbarConv
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.scoring import evaluate
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread
from xpert_evo.design.encodings import ENCODINGS


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_was_learned_under_the_noise_is_there_conversion_by_conversion(pictures, trained, encoding):
    """By how much both err is `test_fidelities`'s; a wrong sign, offset or scale of a slice leaves chance, 0.25."""
    network = trained(encoding, 5)

    assert evaluate(network, *held_out(pictures)) > 0.9
    assert exact_accuracy(network, *held_out(pictures)) > 0.9


def untrained_layer(encoding, *, adc_bits, spread=None):
    """A calibrated layer of fixed normal weights, normalised by what ideal ADCs give it, and its integer inputs."""
    generator = torch.Generator().manual_seed(3)
    inputs = (torch.randn(24, 20, 8, 8, generator=generator).clamp(min=0) * 6).round().clamp(max=15)
    layer = CrossbarConv(
        torch.randn(16, 20, 3, 3, generator=generator),
        Windows.same(3),
        input_bits=4,
        adc_bits=adc_bits,
        input_step=1.0,
        design_rows=180,
        array=ArrayShape(weight_encoding=encoding),
        spread=spread,
    ).eval()
    layer.calibrate(inputs, generator)
    unit = weight_scale(layer.weight.detach(), layer.largest_weight).view(-1, 1, 1, 1)
    ideal = F.conv2d(inputs, layer.integer_weight() * unit, padding=1)
    layer.running_mean, layer.running_var = ideal.mean(dim=(0, 2, 3)), ideal.var(dim=(0, 2, 3))
    return layer, inputs


@pytest.mark.parametrize("encoding", ENCODINGS)
@torch.no_grad()
def test_adcs_of_one_bit_and_of_nine_and_ten_are_simulated(encoding):
    errors = []
    for adc_bits in (1, 3, 9, 10):
        layer, inputs = untrained_layer(encoding, adc_bits=adc_bits)
        cells = cells_of(layer.integer_weight(), layer.weight_cells, 64, torch.Generator())
        unit = weight_scale(layer.weight.detach(), layer.largest_weight).view(-1, 1, 1, 1)
        ideal = F.batch_norm(
            F.conv2d(inputs, layer.integer_weight() * unit, padding=1), layer.running_mean, layer.running_var
        )
        exact = layer.exact(inputs, 1.0, cells, calibrate=True)
        errors.append(float((exact - ideal).square().mean().sqrt()))
    assert errors[0] > errors[1] > 10 * errors[2] >= 10 * errors[3]
    assert errors[3] < 1e-3


def test_normalisation_behind_the_adcs_takes_away_what_they_shift():
    """At 3 bits the offset encoding's ADCs clip and round a lot: weights are fixed, so the answer is exact."""
    layer, inputs = untrained_layer("offset", adc_bits=3)
    cells = cells_of(layer.integer_weight(), layer.weight_cells, 64, torch.Generator())

    before = layer.exact(inputs, 1.0, cells)
    calibrated = layer.exact(inputs, 1.0, cells, calibrate=True)
    after = layer.exact(inputs, 1.0, cells)

    assert torch.equal(after, calibrated), "kept for what follows"
    assert before.mean(dim=(0, 2, 3)).abs().max() > 0.05 and (before.var(dim=(0, 2, 3)) - 1).abs().max() > 0.5
    assert after.mean(dim=(0, 2, 3)).abs().max() < 1e-4 and (after.var(dim=(0, 2, 3)) - 1).abs().max() < 1e-3


def test_every_layer_is_normalised_by_what_the_one_before_it_now_gives(pictures):
    network = untrained(pictures, adc_bits=3)
    images = torch.from_numpy(pictures[0][:60])

    calibrate_normalisation(network, images)

    cells = [
        cells_of(layer.integer_weight(), layer.weight_cells, 64, torch.Generator())
        for layer in network.crossbar_layers()
    ]
    found = [(layer.converted_mean, layer.converted_var) for layer in network.crossbar_layers()]
    network.exact(as_pixels(images), cells, calibrate=True)
    for (mean, variance), layer in zip(found, network.crossbar_layers(), strict=True):
        assert torch.equal(mean, layer.converted_mean) and torch.equal(variance, layer.converted_var)


def test_a_chip_is_repeatable_and_ideal_devices_are_the_best(pictures, trained):
    """Cells that deviate by 30 % leave nothing of most chips; see `SPREAD` for what is realistic."""
    network = trained("offset", 5)
    heavy = SPREAD.model_copy(update={"cell_variation": 0.3})

    ideal = exact_accuracy(network, *held_out(pictures))
    chips = [exact_accuracy(network, *held_out(pictures), spread=heavy, chip=chip) for chip in (1, 1, 2, 3)]

    assert chips[0] == chips[1] and len(set(chips)) > 1
    assert sum(chips[1:]) / 3 < ideal - 0.05  # 0.47 +- 0.13 over eight seeds, and 1.00
    no_spread = SPREAD.model_copy(update={"cell_variation": 0.0, "mirror_mismatch": 0.0})
    assert exact_accuracy(network, *held_out(pictures), spread=no_spread, chip=1) == ideal


@pytest.mark.parametrize("encoding", ENCODINGS)
@torch.no_grad()
def test_training_with_varying_cells_sees_what_chips_do(encoding):
    """A pass draws a chip: outputs deviate as much from pass to pass as from chip to chip."""
    spread = DeviceSpread(cell_variation=0.2, mirror_mismatch=0.0, on_off_ratio=150.0)
    layer, inputs = untrained_layer(encoding, adc_bits=8, spread=spread)
    layer.noise_sigma.zero_()
    layer.adc_lowest.fill_(-(2.0**13) if ENCODINGS[encoding].subtracts else 0.0)
    layer.adc_step.fill_(1.0)
    layer.adc_bits = 14  # so that nothing but cells deviates
    noise, chips, draws = NoisePool(seed=1), [], 60

    passes = torch.stack([layer(inputs[:4], 1.0, noise) for _ in range(draws)])
    for chip in range(draws):
        generator = torch.Generator().manual_seed(chip)
        chips.append(
            layer.exact(inputs[:4], 1.0, cells_of(layer.integer_weight(), layer.weight_cells, 64, generator, spread))
        )

    assert float(torch.stack(chips).std(dim=0).mean()) > 0.05
    # Over six seeds the ratio is 0.97 to 1.02 whatever the encoding.
    assert float(passes.std(dim=0).mean() / torch.stack(chips).std(dim=0).mean()) == pytest.approx(1, abs=0.1)


def test_all_images_are_counted(pictures):
    images, labels = held_out(pictures)
    seen = []

    exact_accuracy(untrained(pictures), images[:70], labels[:70], on_images=seen.append)

    assert sum(seen) == 70


def test_an_audit_says_what_each_figure_was_measured_on(pictures, trained):
    network = trained("offset", 5)
    images, labels = held_out(pictures)

    result = audited(network, images, labels, audit=Audit(images=50, chips=3, chip_images=30, seed=7), spread=SPREAD)

    assert (result["noise_images"], result["exact_images"], result["chips_images"]) == (200, 50, 30)
    assert result["exact_accuracy"] == exact_accuracy(network, images[:50], labels[:50])
    for name in ("noise", "exact"):
        right = of_text(result[f"{name}_right"], result[f"{name}_images"])
        assert right.mean() == result[f"{name}_accuracy"]
    assert result["chips_accuracies"][2] == exact_accuracy(network, images[:30], labels[:30], spread=SPREAD, chip=9)
    assert not result["chips_calibrated"]
    assert result["chips_worst_accuracy"] == min(result["chips_accuracies"]) <= result["chips_mean_accuracy"]
    alone = audited(network, images, labels, audit=Audit(chips=0), spread=SPREAD)
    assert alone["exact_images"] == 200 and not any(key.startswith("chips") for key in alone)


KNOWN = 100  # training images that normalise it


@pytest.fixture(scope="module")
def calibrated(pictures):
    """A trained network, normalised by its exact outputs on training images, and these."""
    with torch.enable_grad():
        network = examples.trained(pictures)
    known = torch.from_numpy(pictures[0][:KNOWN])
    calibrate_normalisation(network, known)
    return network, known


def test_a_chip_that_is_calibrated_is_normalised_by_its_own_outputs_and_leaves_the_network_as_it_was(
    pictures, calibrated
):
    network, known = calibrated
    images, labels = held_out(pictures)
    before = [layer.converted_mean.clone() for layer in network.crossbar_layers()]

    ideal = exactly_right(network, images[:60], labels[:60])
    again = exactly_right(network, images[:60], labels[:60], known=known)
    assert torch.equal(ideal, again), "an ideal chip's outputs are those that the network is normalised by"

    exactly_right(network, images[:60], labels[:60], spread=SPREAD, chip=3, known=known)
    after = [layer.converted_mean for layer in network.crossbar_layers()]
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))


def test_calibration_gives_back_most_of_what_deviating_devices_cost(pictures, calibrated):
    """Seven chips, in the mean, whose devices deviate by 40 %."""
    network, known = calibrated
    images, labels = held_out(pictures)
    spread = SPREAD.model_copy(update={"cell_variation": 0.4})
    asked = Audit(images=60, chips=7, chip_images=100)
    seen: list[int] = []

    plain = audited(network, images, labels, audit=asked, spread=spread)
    asked = replace(asked, calibrate_chips=True)
    own = audited(network, images, labels, audit=asked, spread=spread, known=known, on_images=seen.append)

    assert own["chips_calibrated"] and sum(seen) == 60 + 7 * (KNOWN + 100)
    assert own["exact_accuracy"] == plain["exact_accuracy"]
    lost, left = (own["exact_accuracy"] - result["chips_mean_accuracy"] for result in (plain, own))
    assert left < 0.5 * lost  # 0.1 to 0.2 over five trainings


def test_passes_count_what_chips_are_calibrated_on():
    assert Audit(images=100, chips=2, chip_images=50, calibrate_chips=True).passes(1000) == 100 + 2 * (50 + 500)
