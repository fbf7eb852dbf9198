"""Small modules: what each call becomes, whose tensors are whose, and what is said of what can't be mapped."""

from __future__ import annotations

import re

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.accuracy.tracing.interpreter import filled, require_same
from xpert_evo.accuracy.tracing.importing import network_and_weights_of, network_of
from xpert_evo.errors import InputError

IMAGE = (3, 12, 12)


class Around(nn.Module):
    """A normalised convolution, what is tried, the global average and a classifier.

    Args:
        tried: a function or module.
        features: where it is given the classifier reads what is tried.
    """

    def __init__(self, tried, *, features: int | None = None, **inner: nn.Module) -> None:
        super().__init__()
        self.first, self.norm, self.tried = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), tried
        self.inner = nn.ModuleDict(inner)
        self.pooled = features is None
        self.last = nn.Linear(features or 4, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.first(x))
        x = self.tried(x, self.inner) if len(self.inner) else self.tried(x)
        return self.last(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1) if self.pooled else x)


def kinds(module: nn.Module) -> list[str]:
    """Kinds of the operations of what is tried; the network computes what the module does."""
    operations = require_same(filled(module), IMAGE).operations
    return [operation.kind for operation in operations[1:-3]]


def message(module: nn.Module, image=IMAGE) -> str:
    """What is said of a module that can't be mapped."""
    with pytest.raises(InputError) as raised:
        network_of(module, image)
    assert "\n" not in str(raised.value)
    return str(raised.value)


CALLS = [
    (F.relu, "relu"),
    (torch.relu, "relu"),
    (lambda x: x.relu(), "relu"),
    (lambda x: x.clamp(min=0), "relu"),
    (F.relu6, "relu6"),
    (lambda x: F.hardtanh(x, 0.0, 6.0), "relu6"),
    (lambda x: torch.clamp(x, 0, 6), "relu6"),
    (nn.ReLU6(), "relu6"),
    (nn.Hardtanh(0, 6), "relu6"),
    (lambda x: F.max_pool2d(x, 2), "max_pool"),
    (nn.MaxPool2d(3, 2, 1), "max_pool"),
    (nn.MaxPool2d(3, 2, ceil_mode=True), "max_pool"),
    (nn.MaxPool2d((2, 1)), "max_pool"),
    (lambda x: F.avg_pool2d(x, 3, stride=1, padding=1), "average_pool"),
    (lambda x: F.avg_pool2d(x, x.size(2)), "average_pool"),
    (lambda x: F.avg_pool2d(x, x.shape[2:]), "average_pool"),
    (nn.AvgPool2d(2, count_include_pad=False), "average_pool"),
    (nn.AdaptiveAvgPool2d((2, 3)), "adaptive_average_pool"),
    (lambda x: x.mean((-1, -2), keepdim=True), "adaptive_average_pool"),
    (nn.Sequential(nn.Identity(), nn.Dropout(), nn.Dropout2d()), ""),
    (lambda x: F.dropout(x, training=False).contiguous(), ""),
    (lambda x: torch.cat([x], 1), ""),
    (lambda x: sum([x, F.relu(x)]), "relu add"),
    (lambda x: F.relu(x).add_(x), "relu add"),
    (lambda x: F.relu(x) + F.max_pool2d(x, 3, 1, 1) + x, "relu max_pool add add"),
]


@pytest.mark.parametrize(("tried", "expected"), CALLS)
def test_calls_become_operations(tried, expected):
    assert kinds(Around(tried)) == expected.split()


@pytest.mark.parametrize(
    "tried",
    [
        lambda x: torch.flatten(x, 1),
        lambda x: x.flatten(start_dim=1),
        lambda x: x.view(x.size(0), -1),
        lambda x: x.reshape(x.shape[0], -1),
        lambda x: x.view(-1, 4 * 12 * 12),
        nn.Flatten(),
    ],
)
def test_what_flattens_is_known_by_its_sizes(tried):
    network = require_same(filled(Around(tried, features=4 * 144)), IMAGE)
    assert [operation.kind for operation in network.operations] == ["convolution", "flatten", "linear"]


def test_a_mean_over_pixels_is_an_average_that_is_flattened():
    network = require_same(filled(Around(lambda x: x.mean([2, 3]), features=4)), IMAGE)
    assert [operation.kind for operation in network.operations[1:3]] == ["adaptive_average_pool", "flatten"]


def test_channels_are_concatenated():
    module = Around(lambda x: torch.cat((x, F.relu(x)), dim=-3).mean((2, 3)), features=8)
    assert [operation.kind for operation in require_same(filled(module), IMAGE).operations[1:3]] == [
        *("relu", "concatenate")
    ]


def test_what_is_overwritten_is_read_as_it_is_then():
    assert kinds(Around(lambda x: F.relu(x, inplace=True) + x)) == ["relu", "add"]

    def ignored(x):
        F.relu_(x)
        return x.contiguous()

    network = require_same(filled(Around(ignored)), IMAGE)
    assert network.operations[1].kind == "relu" and network.operations[2].inputs == (network.operations[1].name,)


def test_what_reaches_no_output_is_left_out():
    def tried(x, inner):
        inner["aside"](x)
        return x

    assert kinds(Around(tried, aside=nn.Conv2d(4, 4, 1))) == []


def test_a_normalisation_joins_a_layer_that_nothing_else_reads():
    def alone(x, inner):
        return inner["norm"](inner["conv"](x))

    def read_twice(x, inner):
        y = inner["conv"](x)
        return inner["norm"](y) + y

    inner = {"conv": nn.Conv2d(4, 4, 1), "norm": nn.BatchNorm2d(4, eps=1e-3)}
    assert kinds(Around(alone, **inner)) == ["convolution"]
    assert kinds(Around(read_twice, **inner)) == ["convolution", "batch_norm", "add"]
    assert kinds(Around(nn.Sequential(nn.BatchNorm2d(4), nn.ReLU(), nn.BatchNorm2d(4, affine=False)))) == [
        *("batch_norm", "relu", "batch_norm")
    ]


@pytest.mark.parametrize(("eps", "variance"), [(1e-3, 0.5), (1e-8, 0.5), (1e-8, 1e-7), (0.5, 1e-7)])
def test_another_epsilon_is_folded(eps, variance):
    module = filled(Around(nn.BatchNorm2d(4, eps=eps)))
    module.norm.eps = eps
    for norm in (module.norm, module.tried):
        norm.running_var.fill_(variance)
    require_same(module, IMAGE)
    _, tensors = network_and_weights_of(module, IMAGE)
    assert all(tensors[name]["running_var"].min() >= 0 for name in ("first", "tried"))


def test_layers_between_have_normalisations_and_the_classifier_has_weights_and_bias():
    module = nn.Sequential(
        nn.Conv2d(3, 4, 3, bias=False),
        nn.Flatten(),
        *(nn.Linear(400, 7), nn.BatchNorm1d(7), nn.ReLU()),
        *(nn.Linear(7, 6, bias=False), nn.ReLU()),
        *(nn.Linear(6, 5), nn.BatchNorm1d(5)),
    )
    network = require_same(filled(module), IMAGE)
    assert [layer.name for layer in network.crossbar_layers] == ["_0", "_2", "_5"]
    _, tensors = network_and_weights_of(module, IMAGE)
    shapes = {name: [tuple(tensor.shape) for tensor in own.values()] for name, own in tensors.items()}
    assert shapes["_2"] == [(7, 400, 1, 1), *[(7,)] * 4] and shapes["_5"][0] == (6, 7, 1, 1)
    assert list(tensors["_7"]) == ["weight", "bias"] and shapes["_7"] == [(5, 6), (5,)]


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(4, 4, 3, padding="same"),
        nn.Conv2d(4, 4, 3, padding="valid"),
        nn.Conv2d(4, 4, (1, 3), padding=(0, 1)),
        nn.Conv2d(4, 4, 3, stride=2, padding=1, groups=2),
        nn.Conv2d(4, 4, 3, groups=4, bias=False),
    ],
)
def test_convolutions_of_all_kinds(layer):
    assert kinds(Around(layer)) == ["convolution"]


def test_forward_may_have_more_parameters_with_defaults():
    class Optional(Around):
        def forward(self, x, scale=None):
            return super().forward(x if scale is None else x * scale)

    require_same(filled(Optional(F.relu)), IMAGE)


def test_the_module_is_left_as_it_was():
    module = Around(nn.Sequential(nn.Dropout(), nn.ReLU()))
    module.norm.eval()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    network_of(module, (8, *IMAGE), "mine")
    assert module.training and module.tried[0].training and not module.norm.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in module.state_dict().items())


def test_names_are_paths_and_the_class_names_the_network():
    module = Around(nn.Sequential(nn.Conv2d(4, 4, 1), nn.ReLU()))
    network = network_of(module, IMAGE)
    assert network.name == "Around" and network_of(module, IMAGE, "mine").name == "mine"
    assert [operation.name for operation in network.operations] == [
        *("first", "tried.0", "tried.1", "adaptive_avg_pool2d", "flatten", "last")
    ]


REFUSED = [
    (nn.Conv2d(4, 4, 3, dilation=2), r"tried \(.*, line \d+\): Conv2d has dilation \(2, 2\); 1 is wanted"),
    (nn.Conv2d(4, 4, 3, padding=1, padding_mode="reflect"), "padding_mode reflect; zeros is wanted"),
    (nn.Conv2d(4, 4, 2, padding="same"), "odd sides are wanted"),
    (nn.Conv2d(4, 4, 3, stride=(1, 2)), r"stride \(1, 2\); one for both axes"),
    (nn.Conv2d(4, 4, (1, 3)), "gives images of 12 x 10; square ones are wanted"),
    (nn.Linear(12, 12), "reads 4 x 12 x 12; flattened images are wanted"),
    (nn.BatchNorm2d(4, track_running_stats=False), "no running statistics"),
    (nn.GELU(), r"GELU is not supported; supported are Conv2d"),
    (nn.Hardtanh(), r"clips to -1.0 ... 1.0; 0 ... 6 is wanted"),
    (lambda x: x.clamp(max=3), "clips to None ... 3; 0 ... 6 is wanted"),
    (lambda x: x * 2, r"forward \(test_importing.py, line \d+\): mul is not supported"),
    (lambda x: x + 1, "add reads 1; "),
    (lambda x: x + x.mean((2, 3), keepdim=True), "add is of 4 x 12 x 12 and 4 x 1 x 1; equal sizes"),
    (lambda x: torch.add(x, x, alpha=2), "alpha 2; 1 is wanted"),
    (lambda x: torch.cat([x, x], 2), "cat is along dimension 2; 1, that of the channels"),
    (lambda x: x.mean(1, keepdim=True).expand(-1, 4, -1, -1), r"mean is over 1; \(2, 3\)"),
    (lambda x: x.view(1, 4, 24, 12), "view makes 4 x 24 x 12 of 4 x 12 x 12"),
    (lambda x: x.chunk(2, 1)[0].repeat(1, 2, 1, 1), "chunk is not supported"),
    (lambda x: F.max_pool2d(x, 3, dilation=2), "dilation"),
    (nn.AvgPool2d(3, 1, 1, count_include_pad=False), "leaves its padding out of averages"),
    (nn.AvgPool2d(2, divisor_override=3), "divisor_override 3"),
    (nn.AdaptiveAvgPool2d((None, 2)), r"output_size \(None, 2\); two whole numbers"),
    (lambda x: F.dropout(x), "drops in evaluation, too"),
    (lambda x: F.relu(x) if x.sum() > 0 else x, r"forward \(test_importing.py, line \d+\): can't be traced: .*control"),
    (lambda x: torch.add(x, x, out=torch.zeros(2, 4, 12, 12)), "called in a way that is not supported"),
    (lambda x: nn.ReLU()(x), r"forward \(.*can't be traced: .*; a forward that calls modules made in __init__"),
    (lambda x: F.linear(x.flatten(1), torch.zeros(4, 4)), r"shapes cannot be multiplied"),
]


@pytest.mark.filterwarnings("ignore:Using padding=.same. with even")
@pytest.mark.parametrize(("tried", "said"), REFUSED)
def test_what_cannot_be_mapped_is_named_with_its_place(tried, said):
    told = message(Around(tried))
    assert re.search(said, told), told
    assert re.match(r"\S+ \(test_importing\.py, line \d+\): ", told), told


def test_layers_that_share_weights_are_named():
    def twice(x, inner):
        return inner["conv"](inner["conv"](x))

    told = message(Around(twice, conv=nn.Conv2d(4, 4, 1)))
    assert re.match(r"inner\.conv \(.*: its weights are those of inner\.conv; every layer on a chip", told), told
    module = Around(nn.Sequential(nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 1)))
    module.tried[1].weight = module.tried[0].weight
    assert "tried.1" in (told := message(module)) and "those of tried.0" in told


def test_what_tracing_gets_wrong_is_found():
    def overwritten(x):
        y = x
        y += F.max_pool2d(x, 3, 1, 1)
        return y + x

    assert "traced one by one, give other outputs" in message(filled(Around(overwritten)).float())


def test_outputs_that_are_no_logits_are_named():
    class Two(Around):
        def forward(self, x):
            return super().forward(x), x

    class Image(Around):
        def forward(self, x):
            return F.relu(self.first(x))

    assert message(Two(F.relu)) == "forward: gives a tuple of 2; one tensor is wanted, (images, classes)"
    assert "the output has 4 dimensions" in message(Image(F.relu))
    assert "no convolution or linear layer" in message(nn.Sequential(nn.Flatten(), nn.Linear(432, 5)))


def test_sizes_beyond_the_format_are_named_with_their_place():
    told = message(Around(nn.Sequential(nn.Conv2d(4, 5000, 1), nn.Conv2d(5000, 4, 1))))
    assert re.match(r"tried\.0 \(.*\): channels: .*4096, not 5000", told), told


@pytest.mark.parametrize(
    ("image", "said"),
    [
        ((3, 32, 48), "image: 3 x 32 x 48; a square image"),
        ((32, 32), r"\(channels, height, width\)"),
        ((3, 0, 0), r"\(channels, height, width\)"),
        ((3, 2000, 2000), "at most 1024"),
        ((1, 12, 12), r"first \(.*\): .*expected input.* to have 3 channels"),
    ],
)
def test_images_that_do_not_fit_are_named(image, said):
    assert re.search(said, message(Around(F.relu), image))


def test_only_modules_are_taken():
    with pytest.raises(InputError, match=r"module: function is no torch\.nn\.Module"):
        network_of(message, IMAGE)
