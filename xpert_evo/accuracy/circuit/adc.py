"""The ADCs of a layer: which range they are given, and how far off the layer's output is because of it.

Symbols, for one layer and one slice k of its weights:

    p       partial sum of a row block, slice and input bit plane j, in cell units (a whole number)
    LSB     step of the ADC, in cell units, at least 1: a finer one resolves nothing
    levels  LSB (lowest + i), i = 0 .. 2^adc_bits - 1: whole multiples of the step, so zero is on the lattice

A conversion gives the level nearest to p. Inside the range its error is even over the step: for a whole LSB its
variance is (LSB^2 - 1) / 12 if odd, (LSB^2 + 2) / 12 if even (zero being on a level), nothing for LSB = 1. Those
errors are independent, so a layer adds them up to

    sigma^2 = row blocks x (4^input_bits - 1) / 3 x sum over k of significance_k^2 x variance_k

Beyond the range no formula of a normal p holds: bit planes are differently sparse, so p is a skewed mixture with
a long upper tail, and what drives it out of range, the number of active rows, is shared by the slices, planes
and row blocks of a window, whose errors then add in amplitude. The formula with a normal's tail overrates
trained layers by up to 18 dB. So both parts are measured, on the sampled sums that the range is chosen by:
the variance v of one block's error, planes and slices added up, and the covariance w of two blocks', give

    sigma^2 = row blocks x v + row blocks (row blocks - 1) x w

Where columns' wires resist, an ADC sees less than p: ranges are chosen by what it sees, digital logic makes up for the
mean share that is lost (`gain`), and what that leaves is part of the error.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from xpert_evo.accuracy.circuit.calibration import PartialSums

# Ranges that are tried, in standard deviations to each side of the mean; the first one reaches all sums.
_CLIPS = (1e9, 8.0, 6.5, 5.0, 4.0, 3.0, 2.5, 2.0, 1.5)
# Narrower ranges aren't tried once the error has risen by this factor over the least.
_RISE = 1.2
# Of ranges whose errors are as good as equal the widest is taken: sums rarer than a sample shows are clipped by all,
# and by the least of a few estimates most. On trained layers that won up to 3 dB of an exact simulation.
_AS_GOOD = 1.05


@dataclass(frozen=True)
class AdcFit:
    """Ranges of a layer's ADCs and what they cost.

    Attributes:
        step: cell units, float32 (slices,).
        lowest: lowest level in steps, a whole number, float32 (slices,).
        sigma: standard deviation of the layer's output error, in units of one integer input times one integer
            weight.
        gain: what wires leave of the sums in the mean.
    """

    step: Tensor
    lowest: Tensor
    sigma: float
    gain: float


def converted(sums: Tensor, step: Tensor, lowest: Tensor, adc_bits: int) -> Tensor:
    """Partial sums as an ADC of 2^adc_bits levels gives them, cell units; the three tensors broadcast."""
    codes = (sums / step).round_()
    return torch.minimum(torch.maximum(codes, lowest), lowest + (2**adc_bits - 1)).mul_(step)


def fit_adcs(
    partial: PartialSums, *, adc_bits: int, significance: Tensor, row_blocks: int, signed: bool = False
) -> AdcFit:
    """The ranges that make the layer's output error least, out of a few.

    Args:
        partial: sampled sums.
        adc_bits: the ADCs have 2^adc_bits levels.
        significance: what a cell's unit is worth, (slices,).
        row_blocks: crossbars that the design's layer spans.
        signed: whether the last bit plane is the sign's, worth less than nothing.

    Raises:
        FloatingPointError: sums aren't finite: the training that the weights are of has diverged.
    """
    sums = partial.seen
    if not sums.isfinite().all():
        raise FloatingPointError("partial sums aren't finite: the training diverged")
    slices, _, planes, _, _ = sums.shape
    plane_weights = 2.0 ** torch.arange(planes)
    share = plane_weights**2 / plane_weights.square().sum()
    if signed:
        plane_weights[-1] *= -1
    mean = sums.mean(dim=(1, 3, 4)) @ share
    spread = ((sums - mean.view(-1, 1, 1, 1, 1)).square().mean(dim=(1, 3, 4)) @ share).sqrt()
    smallest, largest = sums.flatten(1).aminmax(dim=1)
    worth = significance.float().view(-1, 1, 1, 1, 1) * plane_weights.view(1, 1, -1, 1, 1)
    gain = 1.0 if partial.seen is partial.ideal else _gain(*((kind * worth).sum(dim=(0, 2)) for kind in partial))
    wanted = partial.ideal * gain
    fits: list[AdcFit] = []
    for clip in _CLIPS:
        low = torch.maximum(smallest, mean - clip * spread)
        high = torch.minimum(largest, mean + clip * spread)
        step = ((high - low) / (2**adc_bits - 1)).clamp_(min=1)
        # Levels that a whole step leaves over go to both sides: rare sums beyond the sampled ones are clipped least.
        lowest = ((low + high) / (2 * step) - (2**adc_bits - 1) / 2).round_()
        shape = (slices, 1, 1, 1, 1)
        errors = converted(sums, step.view(shape), lowest.view(shape), adc_bits).sub_(wanted)
        sigma = _layer_sigma(errors.mul_(worth).sum(dim=(0, 2)), row_blocks) / gain
        fits.append(AdcFit(step, lowest, sigma, gain))
        least = min(fit.sigma for fit in fits)
        if sigma > _RISE * least:
            break
    return next(fit for fit in fits if fit.sigma <= _AS_GOOD * least)


def _gain(ideal: Tensor, seen: Tensor) -> float:
    """The slope of what arrives over what should, of blocks' sums, (blocks, windows, outputs), means left out."""
    ideal, seen = (sums - sums.mean(dim=1, keepdim=True) for sums in (ideal, seen))
    signal = float(ideal.square().sum())
    return float((ideal * seen).sum()) / signal if signal else 1.0


def _layer_sigma(errors: Tensor, row_blocks: int) -> float:
    """Standard deviation over `row_blocks` blocks from sampled blocks' errors, (blocks, windows, outputs).

    An output's mean error is left out: batch normalisation takes it away.
    """
    errors = errors - errors.mean(dim=1, keepdim=True)
    blocks = len(errors)
    variance = float(errors.square().mean())
    covariance = 0.0
    if blocks > 1:
        together = float(errors.sum(dim=0).square().mean())
        covariance = max(0.0, (together - blocks * variance) / (blocks * (blocks - 1)))
    return math.sqrt(row_blocks * variance + row_blocks * (row_blocks - 1) * covariance)
