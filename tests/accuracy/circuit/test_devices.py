import pytest
import torch

from xpert_evo.accuracy.circuit.devices import cells_of
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread
from xpert_evo.design.encodings import ENCODINGS

SPREAD = DeviceSpread(cell_variation=0.1, mirror_mismatch=0.0, on_off_ratio=150.0)


def weights(outputs=64, channels=14):
    generator = torch.Generator().manual_seed(3)
    return (torch.randn(outputs, channels, 3, 3, generator=generator) * 32).round().clamp(-119, 119)


def matrix_error(name, spread, seed=0):
    """Error of the layer's matrix, in weights' units, (K, C_out)."""
    array = ArrayShape(weight_encoding=name)
    ideal = cells_of(weights(), array.weight_cells(8), 64, torch.Generator())
    real = cells_of(weights(), array.weight_cells(8), 64, torch.Generator().manual_seed(seed), spread)
    return torch.einsum("s,skc->kc", torch.tensor([16.0, 1.0]), real - ideal)


@pytest.mark.parametrize("name", ENCODINGS)
def test_ideal_cells_hold_the_digits(name):
    array = ArrayShape(weight_encoding=name)
    weight = weights()

    cells = cells_of(weight, array.weight_cells(8), 64, torch.Generator())

    total = torch.einsum("s,skc->ck", torch.tensor([16.0, 1.0]), cells) - array.weight_cells(8).offset
    assert torch.equal(total, weight.flatten(1))


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_chip_is_itself_and_no_other(name):
    assert torch.equal(matrix_error(name, SPREAD, 1), matrix_error(name, SPREAD, 1))
    assert not torch.equal(matrix_error(name, SPREAD, 1), matrix_error(name, SPREAD, 2))


def test_pairs_suffer_least_and_a_shared_reference_most_in_sums():
    """Of a layer's output, whose rows' errors add up: a reference's are the same in all columns."""
    errors = {name: float(matrix_error(name, SPREAD).square().mean().sqrt()) for name in ENCODINGS}

    assert errors["differential"] < 0.5 * errors["offset"] < 0.5 * errors["reference_column"]


def test_reference_cells_are_shared_within_a_crossbar():
    """With weights' own cells at zero conductance nearly all deviation is the reference's."""
    array = ArrayShape(weight_encoding="reference_column")
    spread = SPREAD.model_copy(update={"on_off_ratio": 1e9})
    weight = torch.full((64, 1, 3, 3), -119.0)

    deviation = cells_of(weight, array.weight_cells(8), 64, torch.Generator().manual_seed(0), spread) - cells_of(
        weight, array.weight_cells(8), 64, torch.Generator()
    )

    # 64 columns a crossbar hold 32 weights of two slices; their own cells hold 1 of 15, the reference's hold 8.
    first, second = deviation[0, :, :32], deviation[0, :, 32:]
    assert float(first.std(dim=1).max()) < 0.25 < float(first.mean(dim=1).std())
    assert not torch.allclose(first.mean(dim=1), second.mean(dim=1), atol=0.2)


def test_a_mirrors_gain_is_one_value_a_column_and_block():
    array = ArrayShape(weight_encoding="reference_column")
    spread = DeviceSpread(cell_variation=0.0, mirror_mismatch=0.01, on_off_ratio=150.0)
    weight = weights()

    deviation = cells_of(weight, array.weight_cells(8), 64, torch.Generator().manual_seed(0), spread) - cells_of(
        weight, array.weight_cells(8), 64, torch.Generator()
    )

    assert float(deviation[:, :64].std(dim=1).max()) < 1e-5
    assert float(deviation.abs().max()) > 0.01
    assert not torch.allclose(deviation[:, 0], deviation[:, 64])
    assert torch.equal(
        cells_of(weight, ArrayShape().weight_cells(8), 64, torch.Generator(), spread),
        cells_of(weight, ArrayShape().weight_cells(8), 64, torch.Generator()),
    )
