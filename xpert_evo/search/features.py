"""What a predictor of accuracy is told of a design: arrays in, arrays out, no training.

Signal to noise of a layer in closed form: what its ADCs and the precision of its inputs leave of it. An ADC loses
about 6 dB a bit; where that line stands depends on how signed weights are held. The figures at 3 bits are measured
ones, of layers of 576 rows with 4-bit cells; a constant that is off moves all designs alike.
"""

from __future__ import annotations

import numpy as np

from xpert_evo.design.designs import ARRAY_GENES, Designs
from xpert_evo.design.encodings import WeightEncoding

DECIBELS_A_BIT = 6.02
DECIBELS_AT_3_BITS: dict[WeightEncoding, float] = {"offset": -2.1, "reference_column": 12.4, "differential": 13.9}
PEAK_TO_DEVIATION = 4.0  # of a layer's inputs; the range of their quantiser


def noise_shares(designs: Designs, encoding: WeightEncoding) -> tuple[np.ndarray, np.ndarray]:
    """Noise power of ADCs and of quantised inputs, in shares of the signal's, float64 (P, L) each."""
    adc_decibels = DECIBELS_AT_3_BITS[encoding] + DECIBELS_A_BIT * (designs.adc_bits - 3)
    steps = 2.0**designs.input_bits - 1
    return 10 ** (-adc_decibels / 10), PEAK_TO_DEVIATION**2 / 12 / steps**2


def accuracy_features(designs: Designs, encoding: WeightEncoding) -> np.ndarray:
    """Features of P designs, float64 (P, F).

    By layer: log2 of the depth, both precisions, signal to noise in dB, log2 of the parameters. Of the network: logs of
    parameters and multiply-accumulates, least and mean depth, worst and mean signal to noise, the noise's sum, what
    the array's genes are.
    """
    inputs, outputs = designs.input_channels.astype(float), designs.channels.astype(float)
    parameters = np.log2(inputs * outputs * designs.backbone.kernel**2)
    depths = np.log2(outputs)
    adc_noise, input_noise = noise_shares(designs, encoding)
    noise = adc_noise + input_noise
    decibels = -10 * np.log10(noise)
    network = [
        np.log2(designs.parameters()),
        np.log2(designs.macs()),
        depths.min(axis=1),
        depths.mean(axis=1),
        decibels.min(axis=1),
        decibels.mean(axis=1),
        np.log10(noise.sum(axis=1)),
        np.log10(adc_noise.max(axis=1)),
        np.log10(input_noise.max(axis=1)),
        designs.adc_bits.mean(axis=1),
        designs.input_bits.mean(axis=1),
    ]
    if designs.arrays is not None:  # zeros are the preset's own, one more choice
        network += [np.log2(designs.arrays[:, column] + 1) for column in range(len(ARRAY_GENES))]
    return np.column_stack([depths, designs.adc_bits, designs.input_bits, decibels, parameters, *network])
