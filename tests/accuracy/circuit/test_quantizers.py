import numpy as np
import pytest
import torch

from xpert_evo.accuracy.circuit.quantizers import QuantizeInputs, QuantizeWeights, least_error_step


def test_inputs_become_integers_and_the_gradient_passes_between_the_ends_only():
    x = torch.tensor([-3.0, -0.1, 0.2, 0.7, 2.4, 3.2, 9.0], requires_grad=True)
    levels = 3

    y = QuantizeInputs.apply(x, 0, levels)
    y.backward(torch.arange(1.0, 8.0))

    assert y.tolist() == [0, 0, 0, 1, 2, 3, 3]
    assert x.grad.tolist() == [0, 0, 3, 4, 5, 0, 0]


def test_zero_address_decoder_pass_a_gradient_on_both_sides_of_the_threshold():
    x = torch.tensor([0.3, 0.6], requires_grad=True)

    y = QuantizeInputs.apply(x, 0, 1)
    y.sum().backward()

    assert y.tolist() == [0, 1]
    assert x.grad.tolist() == [1, 1]


def test_weights_are_whole_multiples_of_their_channels_unit():
    weight = torch.randn(5, 3, 3, 3, generator=torch.Generator().manual_seed(0))
    weight[1] *= 100
    weight[2] = 0
    input_step = torch.tensor(0.25)

    quantized, unit = QuantizeWeights.apply(weight, input_step, 119)

    integers = quantized / unit
    assert torch.allclose(integers, integers.round(), atol=1e-3)
    assert integers.abs().amax(dim=(1, 2, 3)).round().tolist() == [119, 119, 0, 119, 119]
    assert (quantized / input_step - weight).abs().max() <= 0.5 * (unit / input_step).max() * 1.001


def test_the_weights_gradient_passes_straight_through_times_the_input_step():
    weight = torch.randn(2, 1, 3, 3, generator=torch.Generator().manual_seed(0)).requires_grad_()
    sent = torch.randn(2, 1, 3, 3, generator=torch.Generator().manual_seed(1))

    QuantizeWeights.apply(weight, torch.tensor(0.25), 127)[0].backward(sent)

    assert torch.equal(weight.grad, sent * 0.25)


@pytest.mark.parametrize("bits", range(1, 9))
def test_the_first_step_has_less_error_than_steps_beside_it(bits):
    z = np.random.default_rng(0).normal(size=200_000).clip(min=0)

    def error(step):
        return np.mean((z - step * np.clip(np.round(z / step), 0, 2**bits - 1)) ** 2)

    step = least_error_step(bits)

    assert error(step) < min(error(step * 1.15), error(step / 1.15))
