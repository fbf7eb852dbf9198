"""Every network there is, from random weights to an exact audit and an exported module."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.design.networks.examples import END, MIXED, RESIDUAL, convolution, digital, network
from xpert_evo.accuracy.activity import measure_activity
from xpert_evo.accuracy.audit import calibrate_normalisation
from xpert_evo.accuracy.networks import checkpoints
from xpert_evo.accuracy.networks.building import build_network, built_channels
from xpert_evo.accuracy.networks.codes import network_of_codes, round_to_codes, save_codes
from xpert_evo.accuracy.networks.transfer import copy_weights
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.settings import ArrayShape, TrainingSettings
from xpert_evo.accuracy.training.loop import train
from xpert_evo.accuracy.training.normalisation import normalise_anew
from xpert_evo.design.design import homogeneous
from xpert_evo.design.networks.registry import backbone, backbones
from xpert_evo.export.plain_network import import_network, module_source, save_weights

DIFFERENTIAL = ArrayShape(weight_encoding="differential")
TWO_STEPS = TrainingSettings(epochs=2, float_epochs=1, batch_size=20, crop_padding=1)
# A batch normalisation of its own, pools of all kinds, and no classifier.
UNUSUAL = network(
    convolution("a", "image", 6),
    digital("m", "max_pool", "a", kernel=[3, 3], stride=[2, 2], padding=[1, 1]),
    digital("n", "batch_norm", "m"),
    digital("r", "relu", "n"),
    digital("v", "average_pool", "r", kernel=[2, 2]),
    digital("both", "concatenate", "v", "v"),
    digital("b", "convolution", "both", channels=8, kernel=[1, 3], padding=[0, 1]),
    digital("s", "relu6", "b"),
    convolution("c", "s", 4, 1, padding=[0, 0], groups=2),
    digital("end", "adaptive_average_pool", "c", size=[1, 1]),
    name="unusual",
)


def images_of(channels: int, side: int, count: int = 40) -> torch.Tensor:
    shape = (count, channels, side, side)
    return torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(0), dtype=torch.uint8)


def calibrated(of, *, array=DIFFERENTIAL, side=16, width=0.125, **genes):
    """A network with random weights in evaluation mode, its design and images."""
    channels = of.image_channels
    design = homogeneous(network=of, width=width, image_size=side, image_channels=channels, classes=4, **genes)
    images = images_of(channels, side)
    built = build_network(design, hardware=array, seed=3)
    normalise_anew(built, images, calibration_images=40)
    return built, design, images


def exact(built, images):
    cells = [layer.cells(torch.Generator()) for layer in built.crossbar_layers()]
    return built.exact(as_pixels(images), cells)


@pytest.mark.parametrize("of", [*map(backbone, backbones()), MIXED, UNUSUAL], ids=lambda of: of.name)
def test_every_network_is_trained_audited_and_exported(tmp_path, of):
    side = 8 if of.name == "lenet5" else 16
    built, design, images = calibrated(of, side=side, adc_bits=8, input_bits=6)
    labels = torch.arange(40) % 4
    train(built, images, labels, settings=TWO_STEPS, flip=True, seed=1)
    normalise_anew(built, images, calibration_images=40)
    calibrate_normalisation(built, images)
    round_to_codes(built)
    logits = exact(built, images[:8])
    assert logits.shape == (8, 4) and logits.isfinite().all()

    path = tmp_path / "codes.safetensors"
    save_codes(built, path, design=design, array=DIFFERENTIAL, seed=3)
    again = network_of_codes(*checkpoints.read(path, "train again"))
    assert torch.equal(exact(again, images[:8]), logits)

    (tmp_path / "network.py").write_text(module_source(design, built))
    save_weights(built, tmp_path / "weights.safetensors", design=design)
    plain = import_network(tmp_path / "network.py", tmp_path / "weights.safetensors")
    with torch.no_grad():
        wanted = built.plain(as_pixels(images[:8]))
        torch.testing.assert_close(plain(as_pixels(images[:8])), wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("of", [RESIDUAL, MIXED, UNUSUAL], ids=lambda of: of.name)
@pytest.mark.parametrize("wire_per_cell", [0.0, 1e-7])
def test_with_adcs_that_lose_nothing_exact_is_what_whole_numbers_give(of, wire_per_cell):
    array = ArrayShape(weight_encoding="differential", wire_per_cell=wire_per_cell, off_share=1 / 150)
    built, _, images = calibrated(of, array=array, width=1.0, adc_bits=8, input_bits=4)
    for layer in built.crossbar_layers():
        layer.adc_bits = 10
        layer.adc_step, layer.adc_lowest = torch.ones_like(layer.adc_step), torch.full_like(layer.adc_lowest, -512.0)
        layer.noise_sigma, layer.wire_gain = torch.zeros(()), torch.ones(())
    with torch.no_grad():
        torch.testing.assert_close(exact(built, images[:6]), built(as_pixels(images[:6])), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("of", [RESIDUAL, MIXED, UNUSUAL], ids=lambda of: of.name)
def test_noise_and_folded_are_as_far_off_as_exact(of):
    """Signals to noise of what layers give, within a few decibels, at an ADC that loses much."""
    built, _, images = calibrated(of, width=4.0, adc_bits=4, input_bits=5)
    found: list[list[float]] = []

    def seen(layer, x):
        with torch.no_grad():
            unit = layer.converted(x, layer.cells(torch.Generator()))
            ideal = (
                F.conv2d(
                    x,
                    layer.weight,
                    stride=layer.windows.stride,
                    padding=layer.windows.padding,
                    groups=layer.windows.groups,
                )
                * layer.input_step
            )
        error = unit - ideal
        error = error - error.mean(dim=(0, 2, 3), keepdim=True)
        scale = layer.weight.abs().amax(dim=(1, 2, 3)) / layer.largest_weight * layer.input_step
        foretold = float(layer.noise_sigma) * scale
        found.append([float(error.square().mean().sqrt()), float(foretold.square().mean().sqrt())])

    built.watch(as_pixels(images), seen)
    errors, foretold = np.array(found).T
    assert (np.abs(20 * np.log10(errors / foretold)) < 5).all()


@pytest.mark.parametrize("of", [RESIDUAL, MIXED, UNUSUAL], ids=lambda of: of.name)
def test_activity_is_measured_of_every_layer(of):
    built, _, images = calibrated(of, adc_bits=6, input_bits=4)
    activity = measure_activity(built, images, lambda bits: np.linspace(1e-6, 1e-4, 2**bits))
    assert activity.active_rows.shape == (of.layers,)
    assert ((activity.active_rows > 0) & (activity.active_rows < 1)).all() and (activity.column_siemens > 0).all()


def test_inputs_of_both_signs_are_whole_numbers_of_both_signs():
    built, _, images = calibrated(MIXED, width=1.0, adc_bits=6, input_bits=4)
    ends = {}
    built.watch(as_pixels(images), lambda layer, x: ends.update({id(layer): (float(x.min()), float(x.max()))}))
    lowest = [ends[id(layer)][0] for layer in built.crossbar_layers()]
    assert [layer.windows.signed for layer in built.crossbar_layers()] == [False, False, True, True]
    assert lowest[:2] == [0, 0] and lowest[2] < 0 and lowest[3] < 0
    assert all(low >= -8 and high <= 15 for low, high in ends.values())


def test_a_relu_that_a_quantiser_does_is_done_once():
    built, _, images = calibrated(RESIDUAL, width=1.0, adc_bits=8, input_bits=8)
    with torch.no_grad():
        unclipped = built.plain(as_pixels(images), clipped=False)

        def by_torch():
            x = as_pixels(images)
            a, b, c = built.crossbar_layers()
            p = F.relu(a.plain(x))
            q = F.relu(b.plain(p) + p)
            return F.relu(c.plain(q)).mean(dim=(2, 3)) @ built.classifier.T

    torch.testing.assert_close(unclipped, by_torch().detach())


def test_a_proxy_is_narrower_where_widths_are_free():
    grouped = network(
        convolution("a", "image", 16), convolution("b", "a", 24, groups=4), digital("end", "relu", "b"), *END
    )
    built = built_channels(np.array([16, 24]), width_factor=0.3, least_channels=2, widths=grouped.widths(8))
    assert built.tolist() == [4, 8], "multiples of four groups"
    fixed = built_channels(np.array([6, 8, 4]), width_factor=0.25, least_channels=2, widths=UNUSUAL.widths(16))
    assert fixed.tolist() == [2, 2, 4], "the last layer's outputs are the classes"


def test_weights_go_over_with_their_batch_normalisations():
    source, design, images = calibrated(UNUSUAL, width=1.0, adc_bits=8, input_bits=8)
    target = build_network(design, hardware=DIFFERENTIAL, seed=9).eval()
    copy_weights(source, target)
    with torch.no_grad():
        assert torch.equal(source.plain(as_pixels(images)), target.plain(as_pixels(images)))
