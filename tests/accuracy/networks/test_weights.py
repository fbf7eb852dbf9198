import os

import torch

from xpert_evo.accuracy.networks.weights import WeightStore

TENSORS = {"weight": torch.arange(6.0).view(2, 3), "steps": torch.tensor([1.5, 2.0])}


def test_what_is_put_is_got_and_nothing_else(tmp_path):
    store = WeightStore(tmp_path / "weights")
    assert store.get({"depths": [1, 2]}) is None

    store.put({"depths": [1, 2], "seed": 3}, TENSORS)

    assert all(torch.equal(TENSORS[name], tensor) for name, tensor in store.get({"seed": 3, "depths": [1, 2]}).items())
    assert store.get({"depths": [1, 2], "seed": 4}) is None


def test_the_least_recently_used_go_beyond_the_bound(tmp_path):
    store = WeightStore(tmp_path)
    for number in range(4):
        store.put({"number": number}, TENSORS)
    size = next(tmp_path.iterdir()).stat().st_size
    for number in range(4):
        os.utime(store._path({"number": number}), (number, number))
    store.get({"number": 0})

    bounded = WeightStore(tmp_path, most_bytes=3 * size)
    bounded.put({"number": 4}, TENSORS)

    assert [bounded.get({"number": number}) is not None for number in range(5)] == [True, False, False, True, True]


def test_one_entry_above_the_bound_is_kept(tmp_path):
    store = WeightStore(tmp_path, most_bytes=1)
    store.put({"number": 0}, TENSORS)
    store.put({"number": 1}, TENSORS)
    assert store.get({"number": 0}) is None
    assert store.get({"number": 1}) is not None


def test_a_damaged_file_is_as_good_as_none(tmp_path):
    store = WeightStore(tmp_path)
    store.put({}, TENSORS)
    path = next(tmp_path.iterdir())
    for content in (b"", b"nothing of the kind", path.read_bytes()[:-4]):
        path.write_bytes(content)
        assert store.get({}) is None
