"""Files and folders that a user names: read within bounds, or refused in a line that names them."""

from __future__ import annotations

import codecs
import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from xpert_evo.errors import InputError, in_short

MOST_BYTES = 16 * 2**20  # of a file that is read whole
_BLOCK = 2**20
_NUMBER = "0123456789.eE+-"  # what a number may be made of
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def require_unused(folder: Path) -> None:
    """Looks whether a folder can be written.

    Raises:
        InputError: there is something in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: is in use; name a new folder")


def read_text(path: Path, wanted: str, *, most_bytes: int = MOST_BYTES) -> str:
    """A text file, without its byte-order mark.

    Args:
        wanted: what the file should be; ends messages.

    Raises:
        InputError: it can't be read, is too large or isn't UTF-8.
    """
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > most_bytes:
                raise InputError(f"{path}: larger than {most_bytes // 2**20} MiB; {wanted} is wanted")
            content = file.read(most_bytes + 1)  # a pipe has no size
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; {wanted} is wanted") from error
    if len(content) > most_bytes:
        raise InputError(f"{path}: larger than {most_bytes // 2**20} MiB; {wanted} is wanted")
    return _decoded(content, path, wanted)


def read_json(path: Path, wanted: str) -> Any:
    """A JSON file's content.

    Raises:
        InputError: as `read_text`; or it isn't JSON, a key stands twice, or a number isn't finite.
    """
    return parse_json(read_text(path, wanted), str(path))


def parse_json(text: str, where: str) -> Any:
    """JSON's content.

    Args:
        where: what it is; begins messages.

    Raises:
        InputError: it isn't JSON, a key stands twice, or a number isn't finite.
    """
    try:
        return json.loads(text, **_HOOKS)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not JSON ({_reason(error)})") from error


def read_toml(path: Path, wanted: str) -> dict[str, Any]:
    """A TOML file's content.

    Raises:
        InputError: as `read_text`; or it isn't TOML.
    """
    return parse_toml(read_text(path, wanted), str(path))


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """TOML's content.

    Raises:
        InputError: it isn't TOML.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not TOML ({_reason(error)})") from error


def json_items(path: Path, wanted: str) -> Iterator[Any]:
    """The items of a JSON file's list one after the other, or its one object; memory doesn't grow with the file.

    Raises:
        InputError: as `read_json`, when the fault is reached.
    """
    try:
        with path.open("rb") as file:
            yield from _items(_blocks(file, path, wanted), path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; {wanted} is wanted") from error


def _blocks(file: Any, path: Path, wanted: str) -> Iterator[str]:
    """The text of a file, some at a time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    first = True
    while block := file.read(_BLOCK):
        if first:
            _refuse_wide(block, path, wanted)
            block, first = block.removeprefix(codecs.BOM_UTF8), False
        try:
            yield decoder.decode(block)
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8 ({error.reason}); {wanted} is wanted") from error
    try:
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason}); {wanted} is wanted") from error


def _items(blocks: Iterator[str], path: Path) -> Iterator[Any]:
    decoder, text, count = json.JSONDecoder(**_HOOKS), "", 0

    def fail(reason: str) -> NoReturn:
        raise InputError(f"{path}: not JSON ({reason})")

    def grown() -> bool:
        nonlocal text
        if len(text) > MOST_BYTES:
            fail(f"an item is larger than {MOST_BYTES // 2**20} MiB")
        more = next(blocks, None)
        text += more or ""
        return more is not None

    def item() -> Any:
        """The item that the text begins with, read on until it is whole."""
        nonlocal text
        while True:
            try:
                value, end = decoder.raw_decode(text)
            except InputError:
                raise
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or not grown():
                    fail(_reason(error))
                continue
            goes_on = text[0] in _NUMBER and not text[end:].strip(_NUMBER)  # as a number may in the next block
            if goes_on and grown():
                continue
            if goes_on and end < len(text):
                fail(f"{in_short(text)} is no number")
            text = text[end:].lstrip()
            return value

    def beginning() -> str:
        nonlocal text
        text = text.lstrip()
        while not text and grown():
            text = text.lstrip()
        return text[:1]

    if beginning() != "[":
        yield item()
        if beginning():
            fail("something stands behind the object")
        return
    text = text[1:]
    while beginning() != "]" or count:
        if not beginning():
            fail("the list doesn't end")
        yield item()
        count += 1
        separator, text = beginning(), text[1:]
        if separator == "]":
            break
        if separator != ",":
            fail(f"item {count} is followed by {in_short(separator)}" if separator else "the list doesn't end")
    else:
        text = text[1:]
    if beginning():
        fail("something stands behind the list")


def _decoded(content: bytes, path: Path, wanted: str) -> str:
    _refuse_wide(content, path, wanted)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason} at byte {error.start}); {wanted} is wanted") from error


def _refuse_wide(content: bytes, path: Path, wanted: str) -> None:
    if content.startswith(_WIDE_MARKS):
        raise InputError(f"{path}: is UTF-16 or UTF-32; {wanted} in UTF-8 is wanted")


def _reason(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else in_short(str(error), 120)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {in_short(repr(twice))} stands twice")
    return content


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{in_short(text)} is no finite number")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


_HOOKS: dict[str, Any] = {"object_pairs_hook": _distinct, "parse_float": _finite, "parse_constant": _no_constant}
