"""A convolution on crossbars: integer inputs and weights, ADC noise, then the digital normalisation."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from xpert_evo.accuracy.circuit.adc import fit_adcs
from xpert_evo.accuracy.circuit.calibration import FEW_BLOCKS, MANY_BLOCKS, sample_partial_sums
from xpert_evo.accuracy.circuit.devices import Conductances, cells_of, conductances_of, deviation_of_weights
from xpert_evo.accuracy.circuit.exact import exact_convolution
from xpert_evo.accuracy.circuit.folded import folded_convolution
from xpert_evo.accuracy.circuit.noise import NoisePool
from xpert_evo.accuracy.circuit.quantizers import QuantizeWeights, input_range, weight_scale
from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.accuracy.circuit.wired import wired_convolution
from xpert_evo.accuracy.circuit.wires import ColumnWires
from xpert_evo.accuracy.networks.convolution import convolution
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread, Fidelity
from xpert_evo.design.mapping import WEIGHT_BITS, row_blocks

# Of a layer: what ADCs see of it beforehand, or where wires resist what every cell conducts.
LayerCells = Tensor | Conductances

_MOMENTUM = 0.1
_EPSILON = 1e-5


class CrossbarConv(nn.Module):
    """Convolution of integer inputs, and batch normalisation.

    `forward` is for training, at one of two fidelities: `noise` adds what the ADCs' errors amount to, `folded` rounds
    the sum of every row block. `exact` simulates every conversion, for audits. A linear layer is a convolution of
    1 x 1 kernels on 1 x 1 images.

    The layer that is trained may be narrower than the design's. Its noise then has the design's signal-to-noise
    ratio: the variance of the design's row blocks, times own rows / design rows, as the signal's variance goes.

    Args:
        weight: initial weights, (C_out, C_in / groups, k, k).
        windows: how it cuts its input.
        input_bits, adc_bits, weight_bits: the layer's genes.
        input_step: what an input's unit stands for.
        design_rows: rows of the design's layer, of one group.
        spread: devices whose deviations `forward` draws anew for every batch, as noise on the weights; none where
            it is None.

    Attributes:
        momentum: share of a training batch's statistics in the running ones.
    """

    input_step: Tensor
    running_mean: Tensor
    running_var: Tensor
    adc_lowest: Tensor
    adc_step: Tensor
    noise_sigma: Tensor
    wire_gain: Tensor
    own_deviation: Tensor | None
    shared_deviation: float
    converted_mean: Tensor | None
    converted_var: Tensor | None

    def __init__(
        self,
        weight: Tensor,
        windows: Windows,
        *,
        input_bits: int,
        adc_bits: int,
        input_step: float,
        design_rows: int,
        array: ArrayShape,
        weight_bits: int = WEIGHT_BITS,
        spread: DeviceSpread | None = None,
    ) -> None:
        super().__init__()
        outputs = weight.shape[0]
        self.input_bits, self.adc_bits, self.design_rows = input_bits, adc_bits, design_rows
        self.windows, self.array = windows, array
        self.momentum = _MOMENTUM
        self.weight = nn.Parameter(weight)
        self.gain = nn.Parameter(torch.ones(outputs))
        self.shift = nn.Parameter(torch.zeros(outputs))
        self.register_buffer("input_step", torch.tensor(input_step))
        self.register_buffer("running_mean", torch.zeros(outputs))
        self.register_buffer("running_var", torch.ones(outputs))
        self.register_buffer("noise_sigma", torch.zeros(()))
        self.register_buffer("converted_mean", None, persistent=False)
        self.register_buffer("converted_var", None, persistent=False)
        self._spread = spread
        # Of wires that don't resist it is 1, and stands in no file.
        self.register_buffer("wire_gain", torch.ones(()), persistent=bool(array.wire_per_cell))
        self.hold_weights_of(weight_bits)
        self.register_buffer("adc_lowest", torch.zeros(self.weight_cells.count))
        self.register_buffer("adc_step", torch.ones(self.weight_cells.count))

    def hold_weights_of(self, weight_bits: int) -> None:
        """Sets how many bits weights have; the ADCs are to be calibrated after it."""
        self.weight_cells = self.array.weight_cells(weight_bits)
        self.significance = torch.from_numpy(self.weight_cells.significance)
        self.largest_weight = self.weight_cells.largest_weight
        self.wires = ColumnWires.of(self.array, self.weight_cells)
        self.register_buffer("own_deviation", None, persistent=False)
        if self._spread:
            own, self.shared_deviation = deviation_of_weights(self.weight_cells, self._spread)
            self.own_deviation = own.to(self.weight.device)

    @property
    def input_range(self) -> tuple[int, int]:
        """Smallest and largest input."""
        return input_range(self.input_bits, signed=self.windows.signed)

    @property
    def input_levels(self) -> int:
        """Largest input."""
        return self.input_range[1]

    def forward(
        self,
        x: Tensor,
        output_step: Tensor | float,
        noise: NoisePool,
        *,
        fidelity: Fidelity = "noise",
        track: bool = True,
    ) -> Tensor:
        """Integer inputs (N, C_in, H, W) -> normalised outputs in units of `output_step`, (N, C_out, H', W').

        Dividing gain and shift by the next layer's step saves a pass over the activations, and the step its
        own gradient: it reaches gain and shift.

        Args:
            fidelity: what stands for the ADCs; gradients pass straight through them.
            track: whether a training pass updates the running statistics.
        """
        weight, unit = QuantizeWeights.apply(self.weight, self.input_step, self.largest_weight)
        if self.own_deviation is not None:
            weight = weight + unit * self._deviations((weight / unit).detach(), noise)
        y = convolution(x, weight, self.windows)
        if fidelity == "noise":
            y.addcmul_(noise.like(y), (unit * self.noise_sigma).view(1, -1, 1, 1).to(y.dtype))
        else:
            y = y + self._folding_error(x, weight, unit, y.detach())
        statistics = (self.running_mean, self.running_var) if track or not self.training else (None, None)
        return self._normalised(y, output_step, *statistics)

    def plain(self, x: Tensor) -> Tensor:
        """The same in floating point: clipped real inputs, (N, C_in, H, W) -> outputs, (N, C_out, H', W')."""
        y = convolution(x, self.weight, self.windows)
        return self._normalised(y, 1.0, self.running_mean, self.running_var)

    def cells(self, generator: torch.Generator, spread: DeviceSpread | None = None) -> LayerCells:
        """What the layer's cells on a chip hold.

        Args:
            generator: of the chip, on the CPU.
            spread: ideal devices where it is None.
        """
        size, weight = self.array.crossbar_size, self.integer_weight()
        if self.wires is None:
            return cells_of(weight, self.weight_cells, size, generator, spread)
        return conductances_of(weight, self.weight_cells, size, generator, spread, idle=self.wires.idle)

    @torch.no_grad()
    def exact(self, x: Tensor, output_step: Tensor | float, cells: LayerCells, *, calibrate: bool = False) -> Tensor:
        """The same in evaluation mode as the circuit does it, conversion by conversion.

        Args:
            cells: what a chip's cells hold of the layer's weights.
            calibrate: normalise by what these outputs are, now and from now on: ADCs shift and widen them.
        """
        y = self.converted(x, cells)
        if calibrate:
            self.converted_mean, self.converted_var = y.mean(dim=(0, 2, 3)), y.var(dim=(0, 2, 3))
        if self.converted_mean is None:
            return self._normalised(y, output_step, self.running_mean, self.running_var)
        return self._normalised(y, output_step, self.converted_mean, self.converted_var)

    @torch.no_grad()
    def converted(self, x: Tensor, cells: LayerCells) -> Tensor:
        """What the ADCs make of integer inputs, before the normalisation, (N, C_out, H, W); see `exact`."""
        unit = weight_scale(self.weight, self.largest_weight) * self.input_step / self.wire_gain
        circuit: dict[str, Any] = {
            "windows": self.windows,
            "input_bits": self.input_bits,
            "adc_bits": self.adc_bits,
            "step": self.adc_step,
            "lowest": self.adc_lowest,
            "significance": self.significance,
            "crossbar_size": self.array.crossbar_size,
        }
        if isinstance(cells, Conductances):
            assert self.wires is not None
            offset = self.weight_cells.offset * float(self.wire_gain)
            y = wired_convolution(x, cells, self.wires, offset=offset, **circuit)
        else:
            y = exact_convolution(x, cells, offset=self.weight_cells.offset, **circuit)
        return y.mul_(unit.view(1, -1, 1, 1))

    @torch.no_grad()
    def _folding_error(self, x: Tensor, weight: Tensor, unit: Tensor, y: Tensor) -> Tensor:
        """What rounding row blocks adds to the outputs, (N, C_out, H, W)."""
        sigma, size = float(self.noise_sigma), self.array.crossbar_size
        return (
            folded_convolution(x, weight / unit, self.windows, sigma=sigma, crossbar_size=size).mul_(
                unit.view(1, -1, 1, 1)
            )
            - y
        )

    def _deviations(self, integers: Tensor, noise: NoisePool) -> Tensor:
        """One chip's errors of the weights, in units of integer weights, (C_out, C_in, k, k)."""
        assert self.own_deviation is not None
        deviations = self.own_deviation[(integers.round() + self.largest_weight).long()] * noise.like(integers)
        if self.shared_deviation:
            a_crossbar = self.array.crossbar_size // len(self.significance)
            rows = noise.like(integers[::a_crossbar])
            deviations -= self.shared_deviation * rows.repeat_interleave(a_crossbar, dim=0)[: len(integers)]
        return deviations

    def integer_weight(self) -> Tensor:
        """The whole weights that cells hold, (C_out, C_in, k, k)."""
        return (self.weight / weight_scale(self.weight, self.largest_weight)).round_()

    def _normalised(
        self, y: Tensor, output_step: Tensor | float, mean: Tensor | None, variance: Tensor | None
    ) -> Tensor:
        """Normalised by these statistics, or by the batch's own where there are none."""
        return F.batch_norm(
            y,
            mean,
            variance,
            self.gain / output_step,
            self.shift / output_step,
            self.training,
            self.momentum,
            _EPSILON,
        )

    @torch.no_grad()
    def calibrate(self, x: Tensor, generator: torch.Generator) -> None:
        """Sets the ADCs' centres, steps and noise from the layer's integer inputs, (N, C_in, H, W)."""
        sums = sample_partial_sums(
            x,
            self.integer_weight(),
            windows=self.windows,
            input_bits=self.input_bits,
            design_rows=self.design_rows,
            cells=self.weight_cells,
            crossbar_size=self.array.crossbar_size,
            generator=generator,
            most_blocks=FEW_BLOCKS if self.training else MANY_BLOCKS,
            wires=self.wires,
        )
        blocks = row_blocks(self.design_rows, self.array.crossbar_size)
        fit = fit_adcs(
            sums,
            adc_bits=self.adc_bits,
            significance=self.significance,
            row_blocks=int(blocks),
            signed=self.windows.signed,
        )
        self.adc_lowest, self.adc_step = fit.lowest.to(self.adc_lowest), fit.step.to(self.adc_step)
        self.wire_gain.fill_(fit.gain)
        self.noise_sigma.fill_(fit.sigma * (self.weight[0].numel() / self.design_rows) ** 0.5)
