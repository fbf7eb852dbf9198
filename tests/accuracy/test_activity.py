import numpy as np
import pytest
import torch

from tests.accuracy.examples import untrained
from xpert_evo.accuracy.activity import measure_activity
from xpert_evo.design.encodings import ENCODINGS

SIEMENS = np.linspace(1e-6, 1e-4, 16)


def images(pictures):
    return torch.from_numpy(pictures[0][:100])


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_it_is_what_counting_bits_and_adding_cells_gives(pictures, encoding):
    """The first layer: nine rows in one block, its inputs the pixels."""
    network = untrained(pictures, encoding=encoding)
    layer = network.crossbar_layers()[0]

    found = measure_activity(network, images(pictures), lambda bits: SIEMENS[: 2**bits])

    x = (images(pictures).float() / 255 * layer.input_levels).round().to(torch.int64)
    columns = torch.nn.functional.unfold(x.float(), 3, padding=1).transpose(1, 2).flatten(0, 1).to(torch.int64)
    planes = torch.stack([(columns >> bit) & 1 for bit in range(layer.input_bits)]).double()
    assert found.active_rows[0] == pytest.approx(float(planes.mean()), abs=0.04)
    assert found.idle_columns[0] == pytest.approx(float((planes.sum(dim=2) == 0).double().mean()), abs=0.04)
    held = layer.weight_cells.held(layer.integer_weight().flatten(1).detach().numpy())
    cells = torch.from_numpy(SIEMENS[held].sum(axis=0)).flatten(0, 1)  # (slices x outputs, rows)
    assert found.column_siemens[0] == pytest.approx(float((planes @ cells.T).mean()), rel=0.1)


def test_every_layer_has_one(pictures):
    network = untrained(pictures)

    found, again = (measure_activity(network, images(pictures), lambda bits: SIEMENS[: 2**bits]) for _ in range(2))

    for name, values in vars(found).items():
        assert values.shape == (4,) and np.isfinite(values).all(), name
        assert (values == getattr(again, name)).all()
    assert (found.active_rows > 0).all() and (found.active_rows < 1).all()
    assert (found.idle_columns >= 0).all() and (found.idle_columns < 1).all()
