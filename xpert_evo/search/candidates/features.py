"""What a predictor of accuracy is told of a design: arrays in, arrays out, no training.

Signal to noise of a layer in closed form: what its ADCs and the precisions of its inputs and weights leave of it. An
ADC loses about 6 dB a bit; where that line stands depends on how signed weights are held. The figures are measured
ones, of layers of 576 rows with 4-bit cells (results/published/encodings); a constant that is off moves all designs
alike.

With its number of channels that gives a layer's capacity (Shannon, 1948): the bits that a pixel of its outputs can
tell. Its mean logarithm over layers ranks designs without any training; results/published/proxy-study says how well.
"""

from __future__ import annotations

import numpy as np

from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.designs import Designs
from xpert_evo.design.encodings import WeightEncoding
from xpert_evo.design.genes import ACCURACY_ARRAY_GENES, ARRAY_GENES
from xpert_evo.design.mapping import WEIGHT_BITS

DECIBELS_A_BIT = 6.02
DECIBELS_AT_3_BITS: dict[WeightEncoding, float] = {"offset": -2.1, "reference_column": 12.4, "differential": 13.9}
# More than with 8-bit weights, by a weight's bits from 2 on, mean over ADCs of 3 to 5 bits: seven bits in two 4-bit
# cells leave half of the upper one unused, whose sums then are smaller.
DECIBELS_BY_WEIGHT_BITS: dict[WeightEncoding, tuple[float, ...]] = {
    "offset": (-5.8, -2.4, -1.5, 3.7, 1.0, 0.4, 0.0),
    "reference_column": (15.0, 2.2, 0.1, 1.3, 4.6, 3.5, 0.0),
    "differential": (14.0, 1.6, -0.7, -0.8, 1.8, 3.7, 0.0),
}
PEAK_TO_DEVIATION = 4.0  # of a layer's inputs; the range of their quantiser
WEIGHTS_PEAK_TO_DEVIATION = 3.3  # of an output channel of normal weights
# What resisting wires leave as an error, of layers on 64 rows whose wires have 1.4e-4 of a cell's least resistance a
# cell; less by 10 dB with twice the rows, and with the square of the resistance (results/published/wires).
WIRES_DECIBELS: dict[WeightEncoding, float] = {"offset": 20.0, "reference_column": 34.0, "differential": 48.0}
WIRES_DECIBELS_A_DOUBLING = 10.0
WIRES_ROWS, WIRES_PER_CELL = 64, 1.4e-4
# Noise beside the ADCs' and the inputs' that networks of a data set and a training live with, shares of the signal's
# power: with none of it every bit counts, with 0.1 more than three hardly do. Which it is only trainings tell.
TOLERATED_NOISE = (0.0, 0.003, 0.01, 0.03, 0.1)
CAPACITIES = slice(len(TOLERATED_NOISE))  # columns of `accuracy_features`, one of which accuracy follows most


def noise_shares(designs: Designs, array: ArrayShape) -> tuple[np.ndarray, np.ndarray]:
    """Noise power in shares of the signal's, float64 (P, L) each: of ADCs and what wires leave them, and of quantised
    inputs and weights.

    Args:
        array: of designs that don't choose one.
    """
    encoding = array.weight_encoding
    of_weights = np.array(DECIBELS_BY_WEIGHT_BITS[encoding])[designs.weight_bits - 2]
    adc_decibels = DECIBELS_AT_3_BITS[encoding] + DECIBELS_A_BIT * (designs.adc_bits - 3) + of_weights
    steps = 2.0**designs.input_bits - 1
    # What weights of 8 bits lose is nothing beside all else.
    largest = 2.0 ** (designs.weight_bits - 1) - 1
    rounded = WEIGHTS_PEAK_TO_DEVIATION**2 / 12 * (1 / largest**2 - 1 / (2.0 ** (WEIGHT_BITS - 1) - 1) ** 2)
    return 10 ** (-adc_decibels / 10) + _wires(designs, array)[:, None], PEAK_TO_DEVIATION**2 / 12 / steps**2 + rounded


def _wires(designs: Designs, array: ArrayShape) -> np.ndarray:
    """Noise power of resisting wires, in shares of the signal's, float64 (P,)."""
    rows = np.full(len(designs), array.crossbar_size)
    if designs.arrays is not None:
        own = designs.arrays[:, ARRAY_GENES.index("crossbar_size")]
        rows = np.where(own, own, rows)
    if not array.wire_per_cell:
        return np.zeros(len(designs))
    doublings = np.log2(rows / WIRES_ROWS)
    decibels = WIRES_DECIBELS[array.weight_encoding] - WIRES_DECIBELS_A_DOUBLING * doublings
    return np.asarray(10 ** (-decibels / 10) * (array.wire_per_cell / WIRES_PER_CELL) ** 2)


def bits_a_channel(designs: Designs, array: ArrayShape, tolerated_noise: float = 0.0) -> np.ndarray:
    """What one value can tell through each layer's noise, float64 (P, L): half the log2 of 1 + signal to noise."""
    adc_noise, rounded = noise_shares(designs, array)
    return 0.5 * np.log2(1 + 1 / (adc_noise + rounded + tolerated_noise))


def capacity(designs: Designs, array: ArrayShape, tolerated_noise: float = 0.0) -> np.ndarray:
    """Mean over layers of log2 of channels times bits a channel, float64 (P,): a score that costs nothing."""
    return np.log2(designs.channels * bits_a_channel(designs, array, tolerated_noise)).mean(axis=1)


def accuracy_features(designs: Designs, array: ArrayShape) -> np.ndarray:
    """Features of P designs, float64 (P, F).

    Of the network: `capacity` at every tolerated noise, the least of its layers', the mean over layers of log2 of
    weights times bits, mean and least log2 of bits. By layer: log2 of channels and of bits. Then the array's genes.
    """
    rows, outputs = designs.rows_a_group.astype(float), designs.channels.astype(float)
    depths, bits = np.log2(outputs), np.log2(bits_a_channel(designs, array))
    network = [
        *(capacity(designs, array, noise) for noise in TOLERATED_NOISE),
        (depths + bits).min(axis=1),
        (np.log2(rows * outputs) + bits).mean(axis=1),
        bits.mean(axis=1),
        bits.min(axis=1),
    ]
    arrays = []
    if designs.arrays is not None:  # zeros are the preset's own, one more choice
        chosen = dict(zip(ARRAY_GENES, designs.arrays.T, strict=True))
        arrays = [np.log2(chosen[gene] + 1) for gene in ACCURACY_ARRAY_GENES]
    return np.column_stack([*network, depths, bits, *arrays])
