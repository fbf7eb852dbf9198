import pytest
import torch
import torch.nn.functional as F

from tests.accuracy.circuit.test_exact import layer
from tests.accuracy.examples import FORTY_STEPS, held_out, shallow
from xpert_evo.accuracy.circuit.folded import folded_convolution
from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.scoring import evaluate
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.accuracy.training.loop import train
from xpert_evo.design.design import homogeneous

WINDOWS = Windows.same(3)


@pytest.mark.parametrize(("channels", "input_bits"), [(1, 1), (7, 3), (65, 8)])
def test_without_errors_it_is_the_integer_convolution_bit_for_bit(channels, input_bits):
    x, weight = layer(channels, input_bits, ArrayShape(), outputs=5, images=3)

    result = folded_convolution(x, weight, WINDOWS, sigma=0.0, crossbar_size=64)

    assert torch.equal(result, F.conv2d(x, weight, padding=1))


@pytest.mark.parametrize("sigma", [30.0, 300.0, 3000.0])
def test_its_errors_have_the_deviation_that_was_asked_for(sigma):
    x, weight = layer(33, 6, ArrayShape(), images=4)

    error = folded_convolution(x, weight, WINDOWS, sigma=sigma, crossbar_size=64) - F.conv2d(x, weight, padding=1)

    assert float(error.std()) == pytest.approx(sigma, rel=0.1)


def test_blocks_are_rows_of_the_crossbar():
    """Sums of three blocks, rounded to a step that takes them apart, one row at a time."""
    x, weight = torch.ones(1, 5, 1, 1), torch.tensor([1.0, 2.0, 3.0, 5.0, 9.0]).view(1, 5, 1, 1)
    step = 4.0

    result = folded_convolution(x, weight, Windows.same(1), sigma=step * (3 / 12) ** 0.5, crossbar_size=2)

    assert result.item() == step * (round((1 + 2) / step) + round((3 + 5) / step) + round(9 / step))


def test_an_images_outputs_do_not_depend_on_the_images_beside_it():
    x, weight = layer(20, 4, ArrayShape())

    together = folded_convolution(x, weight, WINDOWS, sigma=500.0, crossbar_size=64)

    alone = torch.cat([folded_convolution(image[None], weight, WINDOWS, sigma=500.0, crossbar_size=64) for image in x])
    assert torch.equal(together, alone)


def test_gradients_pass_straight_through_the_rounding():
    gradients = []
    for fidelity in ("noise", "folded"):
        network = build_network(homogeneous(width=0.1), resolution=16)
        last = network.layers[-1]
        last.noise_sigma.fill_(40.0)
        x = torch.randint(0, 256, (2, last.weight.shape[1], 1, 1), generator=torch.Generator().manual_seed(0)).float()
        last.eval()(x, 1.0, network.noise, fidelity=fidelity).sum().backward()
        gradients.append(last.weight.grad)

    assert torch.allclose(*gradients)
    assert gradients[0].abs().sum() > 0


def test_a_network_learns_with_it(pictures):
    images, labels = (torch.from_numpy(array[:400]) for array in pictures)
    network = build_network(shallow(input_bits=4, adc_bits=4), seed=1)

    settings = FORTY_STEPS.model_copy(update={"fidelity": "folded"})
    train(network, images, labels, settings=settings, flip=False, seed=1)

    folded = evaluate(network, *held_out(pictures), "folded")
    assert folded > 0.9, "chance is 0.25"
    assert folded == evaluate(network, *held_out(pictures), "folded"), "nothing is drawn"
    with torch.no_grad():
        some = as_pixels(held_out(pictures)[0][:20])
        together, alone = network(some, "folded"), torch.cat([network(image[None], "folded") for image in some])
    # Alone an image may be summed in another order, and a last bit round one of its inputs to the next integer.
    assert (together - alone).abs().median() < 1e-4
