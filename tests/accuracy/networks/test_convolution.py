import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.accuracy.networks.convolution import convolution


def whole_numbers(*shape, seed):
    """Of which bfloat16 holds all products and short sums."""
    drawn = torch.randint(-3, 4, shape, generator=torch.Generator().manual_seed(seed))
    return drawn.float().to(memory_format=torch.channels_last).requires_grad_()


@settings(deadline=None, max_examples=30)
@given(
    sizes=st.tuples(st.integers(1, 5), st.integers(1, 6), st.integers(1, 6)),
    pixels=st.sampled_from([(1, 1), (2, 2), (4, 4), (3, 5), (8, 8)]),
    kernel=st.sampled_from([1, 3]),
    seed=st.integers(0, 999),
)
def test_equals_the_librarys_convolution_forward_and_backward(sizes, pixels, kernel, seed):
    images, inputs, outputs = sizes
    x = whole_numbers(images, inputs, *pixels, seed=seed)
    weight = whole_numbers(outputs, inputs, kernel, kernel, seed=seed + 1)
    upstream = whole_numbers(images, outputs, *pixels, seed=seed + 2).detach()

    expected = F.conv2d(x, weight, padding=kernel // 2)
    of_x, of_weight = torch.autograd.grad(expected, (x, weight), upstream)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = convolution(x, weight, Windows.same(kernel))
    got_x, got_weight = torch.autograd.grad(y, (x, weight), upstream.to(y.dtype))

    assert y.dtype is torch.bfloat16
    torch.testing.assert_close(y.float(), expected, rtol=2**-8, atol=0)
    torch.testing.assert_close(got_x, of_x, rtol=2**-8, atol=0)
    torch.testing.assert_close(got_weight, of_weight, rtol=2**-8, atol=0)


def test_is_the_librarys_outside_of_mixed_precision():
    x, weight = torch.rand(3, 5, 2, 2), torch.rand(4, 5, 3, 3)
    assert torch.equal(convolution(x, weight, Windows.same(3)), F.conv2d(x, weight, padding=1))


@pytest.mark.parametrize("pixels", [2, 8])
def test_results_lie_channels_last(pixels):
    x = torch.rand(2, 6, pixels, pixels).to(memory_format=torch.channels_last)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = convolution(x, torch.rand(4, 6, 3, 3), Windows.same(3))
    assert y.is_contiguous(memory_format=torch.channels_last)
