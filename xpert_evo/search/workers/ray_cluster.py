"""The way into a Ray cluster: what an address may be, whether anybody answers there, and the connection itself.

Ray is an optional extra, and is loaded when a cluster is wanted and not before.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from xpert_evo.errors import InputError, MachineError, in_short

AUTO = "auto"
VALID = "auto, HOST:PORT on a node of the cluster, ray://HOST:PORT from outside"
ANSWER_SECONDS = 5.0  # that a cluster is given before it is taken for absent; Ray itself waits for minutes


def require_ray(address: str) -> None:
    """Looks whether an address could be a cluster's and Ray is there to connect with; loads nothing.

    Raises:
        InputError: the address has another form, or Ray isn't installed.
    """
    if importlib.util.find_spec("ray") is None:
        raise InputError('--ray: the package ray isn\'t installed; pip install "xpert-evo[ray]"')
    if address != AUTO:
        _host_and_port(address, "--ray")


@contextmanager
def joined(address: str | None, say: Callable[[str], None]) -> Iterator[None]:
    """Within it Ray is connected to a cluster; nothing happens where there is no address.

    A connection that the program has already is used, and left alone.

    Args:
        address: see `VALID`.
        say: hears that it connects, and to what.

    Raises:
        InputError: no such form of address, Ray isn't installed, or no cluster runs that `auto` could mean.
        MachineError: nobody answers there, or who answers can't be joined.
    """
    if address is None:
        yield
        return
    require_ray(address)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is sent to anybody
    os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"  # nor is another cluster looked for when this one is gone
    import ray

    if ray.is_initialized():
        yield
        return
    say(f"connecting to the Ray cluster: {address}")
    found = _found(address)
    require_answer(found)
    _connect(found)
    try:
        say(f"connected to {found}: {_size()}")
        yield
    finally:
        ray.shutdown()
        _print_messages(True)


def require_answer(address: str) -> None:
    """Looks whether a cluster answers at an address.

    Raises:
        MachineError: nobody does, or not as Ray does.
    """
    host, port = _host_and_port(address, "--ray")
    try:
        socket.create_connection((host, port), ANSWER_SECONDS).close()
    except OSError as error:
        raise MachineError(f"--ray {address}: no answer ({error.strerror or error}); does the cluster run?") from error
    if os.environ.get("RAY_USE_TLS", "0").lower() in ("1", "true"):
        return
    import grpc

    with grpc.insecure_channel(f"{f'[{host}]' if ':' in host else host}:{port}") as channel:
        try:
            grpc.channel_ready_future(channel).result(ANSWER_SECONDS)
        except grpc.FutureTimeoutError as error:
            raise MachineError(f"--ray {address}: what answers there is no Ray cluster") from error


def _found(address: str) -> str:
    """The address that `auto` stands for."""
    if address != AUTO:
        return address
    given = os.environ.get("RAY_ADDRESS")
    if given and given != AUTO:
        _host_and_port(given, "RAY_ADDRESS")
        return given
    from ray._private.services import canonicalize_bootstrap_address  # of what runs here there is no public word

    try:
        return str(canonicalize_bootstrap_address(AUTO))
    except ConnectionError as error:
        raise InputError(
            "--ray auto: no Ray cluster runs on this machine and RAY_ADDRESS is not set; start one (ray start --head) "
            f"or give an address; valid are {VALID}"
        ) from error


def _connect(address: str) -> None:
    import ray

    _print_messages(False)
    logging.getLogger("ray").setLevel(logging.CRITICAL)  # which `ray://` doesn't do by itself
    try:
        with _handlers_kept(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tips for other programs
            ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL)
    except (ConnectionError, RuntimeError, ValueError, OSError, ray.exceptions.RayError) as error:
        hint = "" if "://" in address else "; HOST:PORT is for nodes of the cluster, elsewhere ray://HOST:10001"
        raise MachineError(f"--ray {address}: can't be joined ({in_short(str(error), 300)}){hint}") from error


def _print_messages(wanted: bool) -> None:
    """Whether Ray prints what nodes say of themselves, which goes to standard output in spite of its options."""
    import ray

    ray._private.worker._worker_logs_enabled = wanted


@contextmanager
def _handlers_kept() -> Iterator[None]:
    """What this program does at a signal stays as it is; Ray sets handlers of its own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if sys.platform != "win32" else [])]
    before: dict[signal.Signals, Any] = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            with suppress(TypeError):  # set by no Python
                signal.signal(number, handler)


def _size() -> str:
    import ray

    resources, nodes = ray.cluster_resources(), sum(node["Alive"] for node in ray.nodes())
    counts = {"nodes": nodes, "CPUs": resources.get("CPU", 0), "GPUs": resources.get("GPU", 0)}
    return ", ".join(f"{count:g} {what if count != 1 else what[:-1]}" for what, count in counts.items())


def _host_and_port(address: str, key: str) -> tuple[str, int]:
    parts = urlsplit(address if "://" in address else f"//{address}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if parts.scheme not in ("", "ray") or not host or not port or parts.path or parts.query or parts.username:
        raise InputError(f"{key} {in_short(address)}: no address of a Ray cluster; valid are {VALID}")
    return host, port
