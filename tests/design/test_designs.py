import numpy as np
import pytest

from xpert_evo.design.design import Design, homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.design.genes import GENES
from xpert_evo.errors import InputError


def test_vgg16_costs_what_the_literature_says():
    batch = stack([homogeneous()])
    assert batch.macs()[0] == 313_196_544
    assert batch.parameters()[0] == 14_710_464
    assert batch.sizes.inputs.tolist() == [32, 32, 16, 16, 8, 8, 8, 4, 4, 4, 2, 2, 2]
    assert batch.input_channels[0, :3].tolist() == [3, 64, 64]


def test_a_batch_has_one_image_size():
    with pytest.raises(InputError, match="image differs"):
        stack([homogeneous(), homogeneous(image_size=64)])


def test_homogeneous_is_recognised():
    mixed = homogeneous().to_json()
    mixed["layers"][3]["adc_bits"] = 5
    narrow_first = homogeneous().to_json()
    narrow_first["layers"][0]["channels"] = 32
    clipped = homogeneous(width=0.125).to_json()
    for layer in clipped["layers"][:2]:
        layer["channels"] = 16
    designs = [homogeneous(width=0.5), *(Design.model_validate(d) for d in (mixed, narrow_first, clipped))]
    assert stack(designs).homogeneous().tolist() == [True, False, False, True]


def test_rows_of_a_batch_keep_their_genes():
    batch = stack([homogeneous(adc_bits=bits) for bits in (3, 4, 5)])
    assert batch[np.array([2, 0])].adc_bits[:, 0].tolist() == [5, 3]
    assert batch[1:].ids == batch.ids[1:]


def test_a_design_is_the_same_from_a_batch():
    design = homogeneous(width=0.5, adc_type="sar", id="half")
    assert stack([design]).design(0) == design


def test_weights_precision_is_told_of_where_one_differs():
    usual, narrow = homogeneous(), homogeneous(weight_bits=5)
    assert stack([usual]).telling_genes() == GENES[:-1] and stack([usual, narrow]).telling_genes() == GENES
