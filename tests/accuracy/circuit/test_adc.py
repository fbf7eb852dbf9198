"""The noise of a layer against a straightforward bit-serial, sliced, blocked simulation written here."""

import itertools
import math

import numpy as np
import pytest
import torch

from xpert_evo.accuracy.circuit.adc import converted, fit_adcs
from xpert_evo.accuracy.circuit.calibration import PartialSums, sample_partial_sums
from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.accuracy.settings import ArrayShape

SIGNIFICANCE = torch.tensor([16.0, 1.0], dtype=torch.float64)


def layer(channels: int, input_bits: int, outputs: int = 24) -> tuple[torch.Tensor, torch.Tensor]:
    """Sparse, correlated inputs as a trained layer has them, and normal weights; both integers."""
    generator = torch.Generator().manual_seed(7)
    shared = torch.randn(24, 1, 8, 8, generator=generator)
    x = (torch.randn(24, channels, 8, 8, generator=generator) + 0.5 * shared).clamp(min=0)
    levels = 2**input_bits - 1
    weight = torch.randn(outputs, channels, 3, 3, generator=generator)
    weight = (weight / weight.abs().amax(dim=(1, 2, 3), keepdim=True) * 127).round()
    return (x / 2.5 * levels).round().clamp(0, levels), weight


def simulate(x, weight, *, input_bits, adc_bits, step, lowest):
    """Outputs (positions, channels) without and with ADCs, one conversion at a time."""
    columns = torch.nn.functional.unfold(x, 3, padding=1).transpose(1, 2).flatten(0, 1).numpy().astype(int)
    matrix = weight.flatten(1).T.numpy().astype(int) + 128
    ideal, real = 0.0, 0.0
    for start in range(0, len(matrix), 64):
        block, cells = columns[:, start : start + 64], matrix[start : start + 64]
        offset = 128 * block.sum(axis=1, keepdims=True)
        ideal, real = ideal - offset, real - offset
        for number, significance in enumerate((16, 1)):
            digits = cells // significance % 16
            for bit in range(input_bits):
                sums = (block >> bit & 1) @ digits
                codes = np.clip(np.round(sums / step[number]), lowest[number], lowest[number] + 2**adc_bits - 1)
                ideal = ideal + significance * 2**bit * sums
                real = real + significance * 2**bit * codes * step[number]
    return ideal, real


def fit(x, weight, input_bits, adc_bits):
    rows = weight[0].numel()
    sums = sample_partial_sums(
        x,
        weight,
        windows=Windows.same(3),
        input_bits=input_bits,
        design_rows=rows,
        cells=ArrayShape().weight_cells(8),
        crossbar_size=64,
        generator=torch.Generator().manual_seed(0),
    )
    return fit_adcs(sums, adc_bits=adc_bits, significance=SIGNIFICANCE, row_blocks=-(-rows // 64))


@pytest.mark.parametrize("adc_bits", [1, 2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize(("channels", "input_bits"), [(33, 8), (20, 4), (7, 1)])
def test_sigma_is_within_3_db_of_an_exact_simulation(channels, input_bits, adc_bits):
    x, weight = layer(channels, input_bits)
    adc = fit(x, weight, input_bits, adc_bits)

    ideal, real = simulate(
        x,
        weight,
        input_bits=input_bits,
        adc_bits=adc_bits,
        step=adc.step.tolist(),
        lowest=adc.lowest.tolist(),
    )

    exact = torch.nn.functional.conv2d(x, weight, padding=1).permute(0, 2, 3, 1).flatten(0, 2).numpy()
    assert np.array_equal(ideal, exact), "the simulation without ADCs is the integer convolution"
    measured = math.sqrt(np.var(real - ideal, axis=0).mean())
    assert abs(20 * math.log10(adc.sigma / measured)) < 3


@pytest.mark.parametrize("input_bits", [1, 4, 8])
def test_sigma_falls_by_about_6_db_an_adc_bit(input_bits):
    x, weight = layer(64, input_bits)

    sigmas = [fit(x, weight, input_bits, adc_bits).sigma for adc_bits in range(3, 8)]

    gains = [20 * math.log10(worse / better) for worse, better in itertools.pairwise(sigmas)]
    assert min(gains) > 2
    assert 5 < np.mean(gains) < 8


def test_an_adc_that_covers_every_sum_one_by_one_is_exact():
    x, weight = layer(3, 2)

    adc = fit(x, weight, 2, 10)

    assert adc.sigma == 0
    assert adc.step.tolist() == [1, 1]


def test_a_layer_that_sees_nothing_has_no_noise():
    x, weight = layer(3, 2)

    adc = fit(torch.zeros_like(x), weight, 2, 4)

    assert adc.sigma == 0
    assert torch.isfinite(adc.step).all() and torch.isfinite(adc.lowest).all()


def test_weights_that_diverged_are_said_to_have():
    diverged = torch.full((2, 1, 2, 8, 4), math.nan)
    with pytest.raises(FloatingPointError, match="the training diverged"):
        fit_adcs(PartialSums(diverged, diverged), adc_bits=4, significance=SIGNIFICANCE, row_blocks=1)


def test_levels_are_whole_multiples_of_the_step_and_zero_is_one():
    sums = torch.tensor([-50.0, -3.0, 0.0, 2.0, 4.0, 11.0, 90.0])

    result = converted(sums, torch.tensor(4.0), torch.tensor(-3.0), adc_bits=3)

    assert result.tolist() == [-12, -4, 0, 0, 4, 12, 16]


def test_a_narrow_proxy_sees_blocks_as_full_as_the_designs():
    x, weight = layer(64, 4)
    array, design_rows = ArrayShape(), 64 * 9
    wanted = sample_partial_sums(
        x,
        weight,
        windows=Windows.same(3),
        input_bits=4,
        design_rows=design_rows,
        cells=array.weight_cells(8),
        crossbar_size=64,
        generator=torch.Generator().manual_seed(0),
    ).ideal

    narrow = sample_partial_sums(
        x[:, :4],
        weight[:, :4],
        windows=Windows.same(3),
        input_bits=4,
        design_rows=design_rows,
        cells=array.weight_cells(8),
        crossbar_size=64,
        generator=torch.Generator().manual_seed(0),
    ).ideal

    assert narrow.shape == wanted.shape
    assert torch.allclose(narrow.mean(dim=(1, 3, 4)), wanted.mean(dim=(1, 3, 4)), rtol=0.15)
