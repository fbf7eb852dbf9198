import pytest
import torch

from tests.accuracy.examples import held_out, shallow
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.transfer import copy_weights
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.scoring import evaluate
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.errors import InputError


def carried_over(source, pictures, **genes):
    target = build_network(shallow(**genes), hardware=ArrayShape(weight_encoding="differential"), seed=2)
    copy_weights(source, target)
    target.eval()
    target.calibrate(as_pixels(torch.from_numpy(pictures[0][:100])))
    return target


@torch.no_grad()
@pytest.mark.parametrize(("adc_bits", "input_bits"), [(5, 4), (8, 8), (3, 1)])
def test_it_is_the_same_network_in_floating_point(pictures, trained, adc_bits, input_bits):
    source, images = trained("differential", 5), as_pixels(held_out(pictures)[0][:50])

    target = carried_over(source, pictures, adc_bits=adc_bits, input_bits=input_bits)

    torch.testing.assert_close(target.plain(images, clipped=False), source.plain(images, clipped=False))


def test_more_bits_keep_the_accuracy_and_fewer_lose_it(pictures, trained):
    source = trained("differential", 5)

    same, more, few = (
        evaluate(carried_over(source, pictures, adc_bits=adc, input_bits=inputs), *held_out(pictures))
        for adc, inputs in ((5, 4), (8, 8), (3, 1))
    )

    assert min(same, more) > 0.95
    assert few < 0.9  # 0.55 +- 0.09 over ten seeds


def test_other_depths_are_refused(pictures, trained):
    with pytest.raises(InputError, match=r"channels: .* can't be carried over"):
        carried_over(trained("differential", 5), pictures, width=2)
