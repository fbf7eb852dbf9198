"""Muon keeps what a training needs to go on, as checkpoints of all versions hold it, and loads nothing for it."""

import subprocess
import sys

import pytest
import torch

from xpert_evo.accuracy.training.optimizer import Muon, orthogonalised

PARAMETERS = ((4, 2, 3, 3), (4,))


def parameters() -> list[torch.nn.Parameter]:
    generator = torch.Generator().manual_seed(3)
    return [torch.nn.Parameter(torch.randn(shape, generator=generator)) for shape in PARAMETERS]


def stepped(optimizer: Muon, some: list[torch.nn.Parameter], times: int) -> None:
    for _ in range(times):
        optimizer.zero_grad()
        sum((parameter**2).sum() for parameter in some).backward()
        optimizer.step()


def test_it_goes_on_where_a_state_was_taken():
    one, other = parameters(), parameters()
    whole = Muon(one, learning_rate=0.1, momentum=0.9)
    stepped(whole, one, 3)
    first = Muon(other, learning_rate=0.1, momentum=0.9)
    stepped(first, other, 2)

    again = Muon(other, learning_rate=5.0, momentum=0.1)
    again.load_state_dict(first.state_dict())
    stepped(again, other, 1)

    assert all(torch.equal(left, right) for left, right in zip(one, other, strict=True))


def test_its_state_is_laid_out_as_torchs_own_optimizers_lay_theirs_out():
    some = parameters()
    ours = Muon(some, learning_rate=0.1, momentum=0.9)
    assert ours.state_dict() == {"state": {}, "param_groups": [{"lr": 0.1, "momentum": 0.9, "params": [0, 1]}]}
    stepped(ours, some, 1)
    theirs = torch.optim.SGD(some, lr=0.1, momentum=0.9)
    theirs.step()

    state = ours.state_dict()

    assert state.keys() == theirs.state_dict().keys()
    assert [set(group) - {"lr", "momentum", "params"} for group in state["param_groups"]] == [set()]
    assert state["param_groups"][0]["params"] == theirs.state_dict()["param_groups"][0]["params"]
    assert state["state"].keys() == theirs.state_dict()["state"].keys()


def test_parameters_without_a_gradient_stay():
    some = parameters()
    before = some[1].detach().clone()
    (some[0] ** 2).sum().backward()

    Muon(some, learning_rate=0.1, momentum=0.9).step()

    assert torch.equal(some[1], before) and float(some[0].detach().norm()) == pytest.approx(
        2, rel=0.15
    )  # sqrt(C_out), and a step


def test_convolutions_updates_are_orthogonal_and_their_weights_of_constant_norm():
    some = parameters()
    (some[0] ** 3).sum().backward()
    gradient = some[0].grad.clone()

    Muon(some, learning_rate=0.25, momentum=0.0).step()

    start = parameters()[0].detach()
    start *= 2 / start.norm()
    moved = (start - some[0].detach()).flatten(1) / 0.25
    assert torch.allclose(moved, orthogonalised(gradient.flatten(1)), atol=1e-5)


def test_a_step_does_not_load_torchs_compiler():
    code = (
        "import sys, torch\n"
        "from xpert_evo.accuracy.training.optimizer import Muon\n"
        "weight = torch.nn.Parameter(torch.ones(3))\n"
        "weight.sum().backward()\n"
        "Muon([weight], learning_rate=0.1, momentum=0.9).step()\n"
        "print('torch._dynamo' in sys.modules)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"
