import pytest
import torch

from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.design import ArrayDesign, Design, homogeneous
from xpert_evo.errors import InputError


def pixels(images: int, channels: int = 3, size: int = 16) -> torch.Tensor:
    return torch.rand(images, channels, size, size, generator=torch.Generator().manual_seed(3))


def with_channels(channels: list[int], **genes) -> Design:
    content = homogeneous(**genes).to_json()
    for layer, count in zip(content["layers"], channels, strict=True):
        layer["channels"] = count
    return Design.model_validate(content)


def calibrated(design: Design, **build):
    network = build_network(design, width_factor=0.25, resolution=16, **build)
    for _ in range(20):
        network(pixels(32))
    network.eval()
    network.calibrate(pixels(32))
    return network


@torch.no_grad()
def test_an_images_outputs_do_not_depend_on_the_images_beside_it():
    network = calibrated(homogeneous(adc_bits=4, width=0.25))
    images = pixels(8)
    dark = images.clone()
    dark[1:] *= 0.01

    def first(batch):
        network.noise.generator.manual_seed(5)
        return network(batch)[0]

    assert torch.allclose(first(images), first(dark), atol=1e-5)
    # Alone it may be summed in another order, and a last bit may round an input to the next integer.
    assert torch.allclose(first(images), first(images[:1]), atol=1e-2)
    assert not torch.allclose(first(images), network(images)[0], atol=1e-1), "noise differs from call to call"


@torch.no_grad()
@pytest.mark.parametrize("input_bits", [1, 2, 8])
def test_odd_channel_counts_and_few_input_bits(input_bits):
    design = with_channels([1, 3, 7, 5, 65, 9, 11, 2, 13, 33, 1, 6, 17], input_bits=input_bits, adc_bits=5)
    network = build_network(design, resolution=16)

    network.calibrate(pixels(16))
    logits = network(pixels(16))

    assert logits.shape == (16, 10)
    assert torch.isfinite(logits).all()
    assert all(torch.isfinite(layer.noise_sigma) for layer in network.layers)


@torch.no_grad()
def test_layers_see_integers_of_their_input_bits():
    network = build_network(homogeneous(width=0.1, input_bits=3), resolution=16)
    seen = []
    for layer in network.layers:
        layer.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))

    network(pixels(8))

    assert len(seen) == 13
    for x in seen:
        assert torch.equal(x, x.round())
        assert x.min() >= 0
        assert 3 <= x.max() <= 7


def test_every_parameter_gets_a_gradient():
    network = build_network(homogeneous(width=0.2, input_bits=2), resolution=16)
    network.calibrate(pixels(8))

    network(pixels(8)).square().sum().backward()

    for name, parameter in network.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name


@torch.no_grad()
def test_more_adc_bits_never_mean_more_noise():
    networks = [build_network(homogeneous(adc_bits=bits), width_factor=0.25, resolution=16) for bits in range(3, 9)]
    for network in networks:
        network.noise.generator.manual_seed(0)
        network.calibrate(pixels(32))

    first_layer = [float(network.layers[0].noise_sigma) for network in networks]
    later_layer = [float(network.layers[5].noise_sigma) for network in networks]

    assert first_layer == sorted(first_layer, reverse=True) and first_layer[0] > 5 * first_layer[4]
    assert later_layer == sorted(later_layer, reverse=True) and later_layer[0] > 5 * later_layer[4]


@torch.no_grad()
def test_calibration_leaves_running_statistics_alone_and_is_repeatable():
    network = build_network(homogeneous(width=0.2), resolution=16)
    mean = network.layers[3].running_mean.clone()

    network.calibrate(pixels(16))
    sigma = network.layers[0].noise_sigma.clone()
    network.calibrate(pixels(16))

    assert torch.equal(network.layers[3].running_mean, mean)
    assert torch.equal(network.layers[0].noise_sigma, sigma)


def test_a_width_factor_keeps_at_least_one_channel_and_the_designs_rows():
    network = build_network(with_channels([2] * 13), width_factor=0.25, resolution=16)

    assert [len(layer.weight) for layer in network.layers] == [1] * 13
    assert [layer.design_rows for layer in network.layers] == [27] + [18] * 12


def test_a_layer_keeps_its_least_channels_or_all_that_it_has():
    network = build_network(with_channels([4, 100, 8] + [16] * 10), width_factor=0.25, least_channels=8, resolution=16)

    assert [len(layer.weight) for layer in network.layers] == [4, 25] + [8] * 11


def test_building_leaves_the_global_generator_alone_and_depends_on_the_seed():
    before = torch.get_rng_state()
    one, same, other = (build_network(homogeneous(width=0.1), seed=seed) for seed in (1, 1, 2))

    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(one.layers[4].weight, same.layers[4].weight)
    assert not torch.equal(one.layers[4].weight, other.layers[4].weight)


def test_too_small_a_resolution_is_bad_input():
    with pytest.raises(InputError, match=r"8 is too small for vgg16.*16"):
        build_network(homogeneous(), resolution=8)


def test_a_larger_crossbar_has_fewer_blocks_and_other_noise():
    small, large = (
        build_network(homogeneous(width=0.25, adc_bits=4), hardware=ArrayShape(crossbar_size=size), resolution=16)
        for size in (64, 256)
    )
    small.calibrate(pixels(16))
    large.calibrate(pixels(16))

    assert float(large.layers[1].noise_sigma) > float(small.layers[1].noise_sigma)


def test_a_designs_own_array_comes_before_the_hardwares():
    own = homogeneous().model_copy(update={"array": ArrayDesign(crossbar_size=128)})
    assert ArrayShape(crossbar_size=32, bits_per_cell=2).of(own) == ArrayShape(crossbar_size=128, bits_per_cell=2)
    assert ArrayShape(crossbar_size=32).of(homogeneous()) == ArrayShape(crossbar_size=32)
    sizes = {layer.array.crossbar_size for layer in build_network(own, hardware=ArrayShape()).layers}
    assert sizes == {128}


@pytest.mark.parametrize(("weight_bits", "largest", "slices"), [(8, 127, 2), (7, 63, 2), (5, 15, 1), (2, 1, 1)])
def test_weights_are_whole_numbers_of_their_bits(weight_bits, largest, slices):
    array = ArrayShape(weight_encoding="differential")
    network = build_network(homogeneous(width=0.125, weight_bits=weight_bits), hardware=array).eval()
    network.calibrate(torch.rand(4, 3, 32, 32))
    for layer in network.crossbar_layers():
        codes = layer.integer_weight()
        assert torch.equal(codes, codes.round())
        assert (codes.abs().amax(dim=(1, 2, 3)) == largest).all()
        assert len(layer.adc_step) == len(layer.significance) == slices


def test_fewer_weight_bits_leave_more_rounding_error():
    x = torch.rand(2, 3, 32, 32)
    networks = {
        bits: build_network(homogeneous(width=0.125, weight_bits=bits, adc_bits=8)).eval() for bits in (8, 5, 3)
    }
    layers = {bits: network.crossbar_layers()[0] for bits, network in networks.items()}
    inputs = (x * layers[8].input_levels).round()
    with torch.no_grad():
        outputs = [layers[bits](inputs, 1.0, networks[bits].noise) for bits in (8, 5, 3)]
        errors = [float((y - layers[8].plain(inputs / 255)).square().mean()) for y in outputs]
    assert 10 * errors[0] < errors[1] and 10 * errors[1] < errors[2]
