import pytest
import torch
from safetensors.torch import save

from xpert_evo.accuracy.networks import checkpoints
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.training.optimizer import Muon
from xpert_evo.design.design import homogeneous
from xpert_evo.errors import InputError


def round_trip(path, content):
    checkpoints.write_state(path, "test-1", content)
    tensors, facts = checkpoints.read(path, "")
    assert facts["format"] == "test-1"
    return checkpoints.state_of(tensors, facts)


def test_networks_and_optimisers_come_back_as_they_were(tmp_path):
    network = build_network(homogeneous(width=0.1))
    optimizer = Muon(network.parameters(), learning_rate=0.1, momentum=0.9)
    network(torch.rand(2, 3, 32, 32)).sum().backward()
    optimizer.step()
    content = {
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "generator": torch.Generator().manual_seed(3).get_state(),
    }

    read = round_trip(tmp_path / "state", content)

    for name, value in content["network"].items():
        assert torch.equal(read["network"][name], value) and read["network"][name].stride() == value.stride(), name
    assert read["optimizer"]["param_groups"] == content["optimizer"]["param_groups"]
    for number, state in content["optimizer"]["state"].items():
        momentum = read["optimizer"]["state"][number]["momentum"]
        assert torch.equal(momentum, state["momentum"]) and momentum.stride() == state["momentum"].stride()
    assert torch.Generator().set_state(read["generator"]).initial_seed() == 3


@pytest.mark.parametrize(
    "value", [None, True, -3, 0.1 + 0.2, 1e-300, "text", [], {}, [1, [2.5, None]], {"a": {0: "x", 12: {"b": []}}}]
)
def test_plain_values_come_back_as_they_were(tmp_path, value):
    assert round_trip(tmp_path / "plain", {"value": value, "tensors": [torch.ones(())]})["value"] == value


def test_damaged_and_foreign_files_are_bad_input(tmp_path):
    path = tmp_path / "state"
    checkpoints.write_state(path, "test-1", {"x": torch.ones(100)})
    whole = path.read_bytes()
    for content in (b"", b"no weights", whole[:50], whole[:-4]):
        path.write_bytes(content)
        with pytest.raises(InputError, match="state: no weights of a training, or a damaged file; get another"):
            checkpoints.read(path, "get another")
    for nowhere in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(InputError, match="there is no such file; get another"):
            checkpoints.read(nowhere, "get another")
    path.write_bytes(save({"x": torch.ones(2)}))
    with pytest.raises(InputError, match="no weights of a training"):
        checkpoints.read(path, "get another")


def test_equal_weights_are_equal_files(tmp_path):
    for name in "abc":
        checkpoints.write(tmp_path / name, {"y": torch.ones(2), "x": torch.zeros(3)}, {"format": "test-1", "seed": 1})

    assert len({(tmp_path / name).read_bytes() for name in "abc"}) == 1


def test_a_file_is_replaced_as_a_whole(tmp_path, monkeypatch):
    path = tmp_path / "state"
    checkpoints.write(path, {"x": torch.ones(2)}, {})

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoints, "save", interrupted)
    with pytest.raises(KeyboardInterrupt):
        checkpoints.write(path, {"x": torch.zeros(2)}, {})

    assert torch.equal(checkpoints.read(path, "")[0]["x"], torch.ones(2))
