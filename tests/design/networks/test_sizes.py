import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from tests.design.networks.examples import digital
from xpert_evo.design.networks.operations import Operation
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.networks.sizes import tensor_sizes


@given(
    size=st.integers(4, 20),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.integers(1, 3),
    padding=st.integers(0, 1),
    ceil=st.booleans(),
)
def test_a_pool_gives_as_many_windows_as_torchs(size, kernel, stride, padding, ceil):
    padding = min(padding, min(kernel) // 2)
    pool = Operation(
        name="m",
        kind="max_pool",
        inputs=("image",),
        kernel=kernel,
        stride=(stride, stride),
        padding=(padding, padding),
        ceil=ceil,
    )
    wanted = F.max_pool2d(torch.zeros(1, 1, size, size), kernel, stride, padding, ceil_mode=ceil).shape[2:]
    sizes = tensor_sizes([pool], size)
    assert sizes is not None and sizes["m"] == tuple(wanted)


@pytest.mark.parametrize(
    ("name", "image", "sides"),
    [
        ("resnet20", 32, [32] * 7 + [16] * 7 + [8] * 7),
        ("lenet5", 8, [8, 4, 1, 1]),
        ("vgg8", 32, [32, 32, 16, 16, 8, 8, 1]),
    ],
)
def test_outputs_shrink_by_strides_and_pools(name, image, sides):
    assert backbone(name).layer_sizes(image).outputs.tolist() == sides


def test_one_by_seven_windows_keep_a_square_image():
    wide = digital("a", "convolution", "image", channels=2, kernel=(1, 7), padding=(0, 3))
    assert tensor_sizes([Operation.model_validate(wide)], 9) == {"image": (9, 9), "a": (9, 9)}
