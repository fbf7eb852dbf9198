"""What is said before Ray is loaded, so that none of this needs it."""

import importlib.util
import socket

import pytest

from xpert_evo.errors import InputError, MachineError
from xpert_evo.search.workers.ray_cluster import joined, require_answer, require_ray


@pytest.fixture
def ray_is_there(monkeypatch):
    """Or not: what the import system says of it."""

    def there(is_there: bool) -> None:
        find = importlib.util.find_spec
        monkeypatch.setattr(
            importlib.util,
            "find_spec",
            lambda name, *rest: (find("json") if is_there else None) if name == "ray" else find(name, *rest),
        )

    return there


def test_without_ray_the_extra_is_named(ray_is_there):
    ray_is_there(False)
    with pytest.raises(InputError, match=r'pip install "xpert-evo\[ray\]"'), joined("auto", print):
        pass


@pytest.mark.parametrize("address", ["auto", "10.0.0.1:6379", "node-3:6379", "ray://head.example:10001", "[::1]:6379"])
def test_addresses_of_a_cluster(ray_is_there, address):
    ray_is_there(True)
    require_ray(address)


@pytest.mark.parametrize(
    "address", ["", "head", "head:", ":6379", "head:port", "head:99999", "http://head:8265", "ray://head", "a:1/b"]
)
def test_other_addresses_are_refused_with_what_is_valid(ray_is_there, address):
    ray_is_there(True)
    with pytest.raises(InputError, match="valid are auto, HOST:PORT"):
        require_ray(address)


def test_no_address_is_no_cluster(ray_is_there):
    ray_is_there(False)
    said = []
    with joined(None, said.append):
        assert said == []


def test_where_nobody_listens_that_is_said_at_once():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and doesn't listen
        port = taken.getsockname()[1]
        with pytest.raises(MachineError, match=f"--ray 127.0.0.1:{port}: no answer .*does the cluster run"):
            require_answer(f"127.0.0.1:{port}")
