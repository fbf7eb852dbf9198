"""The three fidelities against each other, layer by layer, on trained weights."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.accuracy.examples import held_out
from xpert_evo.accuracy.circuit.devices import cells_of
from xpert_evo.accuracy.circuit.exact import exact_convolution
from xpert_evo.accuracy.circuit.folded import folded_convolution
from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.design.encodings import ENCODINGS

# Over eight seeds no layer is beyond 1.0 dB. A factor of two in a step would be 6 dB.
NOISE_TOLERANCE_DB = 2.0
# With 3 bits and the offset encoding folded sums err by 2.6 +- 0.3 dB less than conversions in one layer.
FOLDED_TOLERANCE_DB = 4.0
# Above it what is left of the error is a few clipped sums, which a sample may miss and which cost no accuracy.
NEGLIGIBLE_DB = 26.0

WINDOWS = Windows.same(3)


def error_of(result, ideal):
    """Variance of the error, each output's mean, which normalisation takes off, left out."""
    error = (result - ideal).double()
    return float((error - error.mean(dim=(0, 2, 3), keepdim=True)).square().mean())


def ratios_db(layer, x):
    """Signal to noise of a layer on its inputs: exact, folded, noise."""
    weight = layer.integer_weight().detach()
    ideal = F.conv2d(x, weight, padding=1)
    exact = exact_convolution(
        x,
        cells_of(weight, layer.weight_cells, layer.array.crossbar_size, torch.Generator()),
        windows=Windows.same(3),
        input_bits=layer.input_bits,
        adc_bits=layer.adc_bits,
        step=layer.adc_step,
        lowest=layer.adc_lowest,
        significance=layer.significance,
        crossbar_size=layer.array.crossbar_size,
        offset=layer.weight_cells.offset,
    )
    sigma = float(layer.noise_sigma)
    folded = folded_convolution(x, weight, WINDOWS, sigma=sigma, crossbar_size=layer.array.crossbar_size)
    signal = float(ideal.double().var(dim=(0, 2, 3)).mean())
    return [
        10 * math.log10(signal / max(error, 1e-12))
        for error in (error_of(exact, ideal), error_of(folded, ideal), sigma**2)
    ]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("adc_bits", [3, 5])
def test_noise_and_folded_have_the_error_of_exact_on_trained_layers(pictures, trained, encoding, adc_bits):
    found, images = [], as_pixels(held_out(pictures)[0][:100])
    trained(encoding, adc_bits).watch(images, lambda *seen: found.append(ratios_db(*seen)))

    assert len(found) == 4
    exact, folded, noise = (np.minimum(ratios, NEGLIGIBLE_DB) for ratios in np.array(found).T)
    assert noise == pytest.approx(exact, abs=NOISE_TOLERANCE_DB)
    assert folded == pytest.approx(exact, abs=FOLDED_TOLERANCE_DB)
