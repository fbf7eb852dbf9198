from tests.design.networks.examples import MIXED, RESIDUAL
from xpert_evo.design.networks.registry import backbone


def test_what_no_relu_has_cut_may_be_negative():
    assert RESIDUAL.signed_inputs == (False, False, False)
    assert MIXED.signed_inputs == (False, False, True, True), "c reads b's outputs, d those of c beside p"


def test_linear_bottlenecks_are_read_with_their_signs():
    network = backbone("mobilenetv2")
    reads = {layer.name: layer.inputs[0] for layer in network.crossbar_layers}
    signed = [name for name, one in zip(reads, network.signed_inputs, strict=True) if one]
    assert len(signed) == 17, "those that widen 16 blocks, and the last layer"
    assert all(reads[name].startswith(("convolution", "add")) for name in signed)


def test_images_and_rectified_values_are_not():
    assert not any(backbone("resnet20").signed_inputs)
