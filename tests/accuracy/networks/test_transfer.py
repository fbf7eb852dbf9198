import pytest
import torch

from tests.accuracy.test_audit import held_out, trained
from xpert_evo.accuracy.networks.network import build_network
from xpert_evo.accuracy.networks.transfer import copy_weights
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.scoring import evaluate
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.designs import homogeneous
from xpert_evo.errors import InputError


def carried_over(source, pictures, **genes):
    design = homogeneous(width=genes.pop("width", 0.1), image_size=16, image_channels=1, classes=4, **genes)
    target = build_network(design, hardware=ArrayShape(weight_encoding="differential"), seed=2)
    copy_weights(source, target)
    target.eval()
    target.calibrate(as_pixels(torch.from_numpy(pictures[0][:100])))
    return target


def test_more_bits_keep_the_accuracy_and_fewer_lose_it(pictures):
    source = trained(pictures, adc_bits=6, encoding="differential", epochs=8)
    before = evaluate(source, *held_out(pictures))

    same, more, few = (
        evaluate(carried_over(source, pictures, adc_bits=adc, input_bits=inputs), *held_out(pictures))
        for adc, inputs in ((6, 4), (8, 8), (3, 1))
    )

    assert abs(same - before) < 0.03
    assert more > before - 0.06
    assert few < before - 0.1


def test_other_depths_are_refused(pictures):
    source = trained(pictures, encoding="differential", epochs=1)
    with pytest.raises(InputError, match=r"channels: .* can't be carried over"):
        carried_over(source, pictures, width=0.2)
