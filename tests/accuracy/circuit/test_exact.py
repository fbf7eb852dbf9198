import math

import pytest
import torch
import torch.nn.functional as F

from xpert_evo.accuracy.circuit.adc import converted, fit_adcs
from xpert_evo.accuracy.circuit.blocks import codes_type
from xpert_evo.accuracy.circuit.calibration import sample_partial_sums
from xpert_evo.accuracy.circuit.devices import cells_of
from xpert_evo.accuracy.circuit.exact import exact_convolution
from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.encodings import ENCODINGS
from xpert_evo.design.mapping import row_blocks

CELLS = [
    (name, bits) for name, encoding in ENCODINGS.items() for bits in (1, 2, 4) if bits >= encoding.least_bits_per_cell
]


def layer(channels, input_bits, array, outputs=24, images=12, seed=7):
    """Sparse, correlated inputs as a trained layer has them, and normal weights; both integers."""
    generator = torch.Generator().manual_seed(seed)
    shared = torch.randn(images, 1, 8, 8, generator=generator)
    x = (torch.randn(images, channels, 8, 8, generator=generator) + 0.5 * shared).clamp(min=0)
    levels = 2**input_bits - 1
    weight = torch.randn(outputs, channels, 3, 3, generator=torch.Generator().manual_seed(11))
    largest = array.weight_cells(8).largest_weight
    weight = (weight / weight.abs().amax(dim=(1, 2, 3), keepdim=True) * largest).round()
    return (x / 2.5 * levels).round().clamp(0, levels), weight


def with_ranges(x, weight, array, *, input_bits, adc_bits, step, lowest):
    return exact_convolution(
        x,
        cells_of(weight, array.weight_cells(8), array.crossbar_size, torch.Generator()),
        windows=Windows.same(3),
        input_bits=input_bits,
        adc_bits=adc_bits,
        step=step,
        lowest=lowest,
        significance=torch.from_numpy(array.weight_cells(8).significance),
        crossbar_size=array.crossbar_size,
        offset=array.weight_cells(8).offset,
    )


def fitted(x, weight, array, *, input_bits, adc_bits):
    rows = weight[0].numel()
    sums = sample_partial_sums(
        x,
        weight,
        windows=Windows.same(3),
        input_bits=input_bits,
        design_rows=rows,
        cells=array.weight_cells(8),
        crossbar_size=array.crossbar_size,
        generator=torch.Generator().manual_seed(0),
    )
    return fit_adcs(
        sums,
        adc_bits=adc_bits,
        significance=torch.from_numpy(array.weight_cells(8).significance),
        row_blocks=int(row_blocks(rows, array.crossbar_size)),
    )


def signal_to_noise_db(x, weight, array, *, input_bits, adc_bits):
    fit = fitted(x, weight, array, input_bits=input_bits, adc_bits=adc_bits)
    real = with_ranges(x, weight, array, input_bits=input_bits, adc_bits=adc_bits, step=fit.step, lowest=fit.lowest)
    ideal = F.conv2d(x, weight, padding=1)
    error = (real - ideal).double()
    error = error - error.mean(dim=(0, 2, 3), keepdim=True)
    return 10 * math.log10(float(ideal.double().var(dim=(0, 2, 3)).mean() / error.square().mean().clamp(min=1e-9)))


@pytest.mark.parametrize(("name", "bits_per_cell"), CELLS)
@pytest.mark.parametrize(("channels", "input_bits"), [(1, 1), (7, 3), (33, 1), (65, 8)])
def test_enough_adc_bits_give_the_integer_convolution_bit_for_bit(name, bits_per_cell, channels, input_bits):
    array = ArrayShape(weight_encoding=name, bits_per_cell=bits_per_cell)
    x, weight = layer(channels, input_bits, array, outputs=5, images=3)
    slices = array.weight_cells(8).count

    result = with_ranges(
        x,
        weight,
        array,
        input_bits=input_bits,
        adc_bits=12,
        step=torch.ones(slices),
        lowest=torch.full((slices,), -2048.0 if ENCODINGS[name].subtracts else 0.0),
    )

    assert torch.equal(result, F.conv2d(x, weight, padding=1))


def test_sums_beyond_float32s_whole_numbers_are_exact_as_well():
    array = ArrayShape(weight_encoding="offset")
    generator = torch.Generator().manual_seed(3)
    x = torch.randint(200, 256, (1, 1600, 2, 2), generator=generator).float()
    weight = torch.randint(90, 128, (3, 1600, 3, 3), generator=generator).float()
    lowest, steps = torch.zeros(2), torch.ones(2)
    result = with_ranges(x, weight, array, input_bits=8, adc_bits=10, step=steps, lowest=lowest)
    assert torch.equal(result, F.conv2d(x.double(), weight.double(), padding=1).float())
    assert codes_type([(0, 1023)], input_bits=8, row_blocks=225) == torch.float64
    assert codes_type([(-128, 127), (0, 255)], input_bits=8, row_blocks=256) == torch.float32


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("weight_bits", range(2, 8))
def test_so_they_do_at_every_precision_of_weights(name, weight_bits):
    array = ArrayShape(weight_encoding=name)
    cells = array.weight_cells(weight_bits)
    x, weight = layer(9, 3, array, outputs=5, images=2)
    weight = (weight / weight.abs().max() * cells.largest_weight).round()

    result = exact_convolution(
        x,
        cells_of(weight, cells, 64, torch.Generator()),
        windows=Windows.same(3),
        input_bits=3,
        adc_bits=12,
        step=torch.ones(cells.count),
        lowest=torch.full((cells.count,), -2048.0 if ENCODINGS[name].subtracts else 0.0),
        significance=torch.from_numpy(cells.significance),
        crossbar_size=64,
        offset=cells.offset,
    )

    assert torch.equal(result, F.conv2d(x, weight, padding=1))


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_linear_layer_is_a_convolution_of_one_pixel(name):
    array = ArrayShape(weight_encoding=name)
    generator = torch.Generator().manual_seed(0)
    x = torch.randint(0, 16, (9, 130), generator=generator).float()
    weight = torch.randint(-119, 120, (21, 130), generator=generator).float()

    result = exact_convolution(
        x[:, :, None, None],
        cells_of(weight[:, :, None, None], array.weight_cells(8), 64, torch.Generator()),
        windows=Windows.same(1),
        input_bits=4,
        adc_bits=12,
        step=torch.ones(2),
        lowest=torch.full((2,), -2048.0 if ENCODINGS[name].subtracts else 0.0),
        significance=torch.from_numpy(array.weight_cells(8).significance),
        crossbar_size=64,
        offset=array.weight_cells(8).offset,
    )

    assert torch.equal(result[:, :, 0, 0], F.linear(x, weight))


@pytest.mark.parametrize("name", ENCODINGS)
def test_outputs_do_not_depend_on_the_other_images(name):
    array = ArrayShape(weight_encoding=name)
    x, weight = layer(20, 4, array)
    fit = fitted(x, weight, array, input_bits=4, adc_bits=4)
    options = {"input_bits": 4, "adc_bits": 4, "step": fit.step, "lowest": fit.lowest}

    together = with_ranges(x, weight, array, **options)
    alone = torch.cat([with_ranges(image[None], weight, array, **options) for image in x])

    assert torch.equal(together, alone)


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("input_bits", [1, 4])
def test_signal_to_noise_rises_with_adc_bits(name, input_bits):
    array = ArrayShape(weight_encoding=name)
    x, weight = layer(33, input_bits, array)

    ratios = [signal_to_noise_db(x, weight, array, input_bits=input_bits, adc_bits=bits) for bits in range(3, 9)]

    assert ratios == sorted(ratios)
    assert ratios[5] - ratios[0] > 20


def test_subtracting_encodings_need_fewer_adc_bits():
    ratios = {}
    for name in ENCODINGS:
        array = ArrayShape(weight_encoding=name)
        x, weight = layer(64, 4, array)
        ratios[name] = signal_to_noise_db(x, weight, array, input_bits=4, adc_bits=4)

    assert ratios["reference_column"] > ratios["offset"] + 8
    assert ratios["differential"] > ratios["offset"] + 8


@pytest.mark.parametrize("name", ["reference_column", "differential"])
@pytest.mark.parametrize("adc_bits", [3, 4, 5, 6])
@pytest.mark.parametrize(("channels", "input_bits"), [(33, 8), (20, 4), (7, 1)])
def test_the_noise_model_is_within_3_db_of_it_where_noise_matters(name, adc_bits, channels, input_bits):
    array = ArrayShape(weight_encoding=name)
    x, weight = layer(channels, input_bits, array)
    fit = fitted(x, weight, array, input_bits=input_bits, adc_bits=adc_bits)
    real = with_ranges(x, weight, array, input_bits=input_bits, adc_bits=adc_bits, step=fit.step, lowest=fit.lowest)

    error = (real - F.conv2d(x, weight, padding=1)).double()
    measured = float((error - error.mean(dim=(0, 2, 3), keepdim=True)).square().mean().sqrt())

    signal = float(F.conv2d(x, weight, padding=1).double().var(dim=(0, 2, 3)).mean().sqrt())
    if measured > signal / 20:
        assert abs(20 * math.log10(fit.sigma / measured)) < 3
    else:  # above 26 dB the error is a few clipped sums that a sample may miss, and costs no accuracy
        assert fit.sigma < signal / 20


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("step", [2.0, 6.0, 10.0, 14 / 5, 22 / 7])
def test_every_sum_is_converted_as_ranges_are_fitted_halfway_to_the_even_code(name, step):
    """Against counting in whole numbers, of sums that often lie halfway between two levels."""
    array = ArrayShape(weight_encoding=name)
    x, weight = layer(9, 2, array, outputs=6, images=2)
    steps, lowest = torch.tensor([step, step]), torch.tensor([-8.0, -8.0])

    result = with_ranges(x, weight, array, input_bits=2, adc_bits=5, step=steps, lowest=lowest)

    cells = array.weight_cells(8)
    digits = torch.from_numpy(cells.digits(weight.flatten(1).numpy()))  # (slices, outputs, rows)
    windows = F.unfold(x, 3, padding=1).long()  # (images, rows, windows)
    expected = torch.zeros(result.flatten(2).shape, dtype=torch.float64)
    halfway = 0
    for digit, worth, level in zip(digits, cells.significance, lowest, strict=True):
        for start in range(0, windows.shape[1], 64):
            rows = slice(start, start + 64)
            for bit in range(2):
                sums = (digit[:, rows] @ ((windows[:, rows] >> bit) & 1)).float()
                halfway += int((((sums.double() / step) % 1 - 0.5).abs() < 1e-9).sum())
                expected += worth * 2**bit * converted(sums, torch.tensor(step), level, 5).double()
    expected -= cells.offset * windows.sum(dim=1, keepdim=True)
    assert halfway > 100
    assert torch.allclose(result.flatten(2).double(), expected, rtol=1e-6, atol=1e-3)
