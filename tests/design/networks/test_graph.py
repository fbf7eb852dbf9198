import pickle
import subprocess
import sys

import numpy as np
import pytest
from pydantic import ValidationError

from tests.design.networks.examples import END, MIXED, RESIDUAL, convolution, digital, network
from xpert_evo.design.networks.chains import chain_of
from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.registry import backbone, backbones, reference
from xpert_evo.errors import InputError

FIRST = convolution("a", "image", 4)


@pytest.mark.parametrize(
    ("operations", "says"),
    [
        ([convolution("a", "imag", 4)], "operation a: inputs: imag names no earlier operation"),
        ([FIRST, FIRST], "operation a: that name stands twice"),
        ([convolution("image", "image", 4)], "operation image: that is what the network's input is called"),
        ([FIRST, digital("r", "relu", "a"), digital("s", "relu", "a")], "operation r: nothing reads what it gives"),
        ([digital("r", "relu", "image")], "no convolution or linear layer"),
        ([FIRST, convolution("b", "a", 5), digital("s", "add", "a", "b")], "operation s: adds .4, 5. channels"),
        ([FIRST, convolution("b", "a", 6, groups=4)], "operation b: groups: 4 don't divide 4 inputs and 6 outputs"),
        ([digital("a", "convolution", "image", kernel=[3, 3])], "operation a: channels is missing"),
        ([FIRST, digital("r", "relu", "a", size=[1, 1])], "operation r: size: a relu has none"),
        ([FIRST, digital("s", "add", "a")], "operation s: inputs: 1, but a add has 2 or more"),
        ([FIRST, digital("m", "softmax", "a")], "operations.1.kind"),
        (
            [digital("a", "convolution", "image", channels=4, kernel=[1, 3])],
            "operation a: images of 3 x 1",
        ),
        ([convolution("a", "image", 4, stride=[1, 2])], "operation a: stride: .1, 2.; one for both axes"),
    ],
)
def test_what_is_no_network_is_named(operations, says):
    with pytest.raises((ValidationError, InputError), match=says):
        network(*operations)


def test_a_network_is_known_by_its_content_in_every_process():
    there = Network.model_validate(RESIDUAL.to_json())
    assert there == RESIDUAL and hash(there) == hash(RESIDUAL) and there != MIXED and RESIDUAL != "small"
    assert pickle.loads(pickle.dumps(RESIDUAL)) == RESIDUAL
    code = "from tests.design.networks.examples import RESIDUAL; print(hash(RESIDUAL))"
    elsewhere = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(elsewhere.stdout) == hash(RESIDUAL)


def test_files_name_networks_of_ours_and_hold_others():
    assert reference(backbone("resnet20")) == {"backbone": "resnet20"}
    assert reference(RESIDUAL)["network"]["operations"][0] == convolution("a", "image", 4)
    renamed = RESIDUAL.model_copy(update={"name": "vgg16"})
    assert "network" in reference(Network.model_validate(renamed.to_json()))


def test_inputs_are_those_of_the_layers_that_are_read():
    channels = np.array([[6, 6, 4, 8], [2, 2, 3, 5]])
    assert MIXED.input_channels(channels, 8, 1).tolist() == [[1, 6, 6, 10], [1, 2, 2, 5]]


def test_a_flattened_image_has_a_value_a_pixel():
    vgg8 = backbone("vgg8")
    inputs = vgg8.input_channels(np.array(vgg8.channels), 32, 3)
    assert inputs[-1] == 512 * 4 * 4 and vgg8.input_channels(np.array(vgg8.channels), 64, 3)[-1] == 512 * 8 * 8


@pytest.mark.parametrize(("width", "wanted"), [(1.0, [4, 4, 6]), (0.5, [2, 2, 3]), (0.1, [1, 1, 1])])
def test_a_width_scales_all_that_is_free(width, wanted):
    scaled = RESIDUAL.scaled_channels(width, 8)
    assert scaled.tolist() == wanted and RESIDUAL.multiplied(scaled[None], 8).all()


def test_channels_of_one_width_are_told_from_others():
    assert RESIDUAL.multiplied(np.array([[4, 4, 6], [8, 8, 12], [2, 2, 6], [4, 4, 3]]), 8).tolist() == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("name", ["vgg11", "vgg16"])
def test_vggs_are_chains(name):
    chain = chain_of(backbone(name))
    assert chain is not None and chain.kernel == 3 and sum(chain.pools) == 4


def test_no_other_network_is_a_chain():
    assert [name for name in backbones() if chain_of(backbone(name))] == ["vgg11", "vgg16"]
    assert chain_of(RESIDUAL) is None and chain_of(MIXED) is None
    strided = network(convolution("a", "image", 4, stride=[2, 2]), digital("end", "relu", "a"), *END)
    assert chain_of(strided) is None
