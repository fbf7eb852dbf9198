"""Writes the reference from the code: what a page marks with `<!-- generated: NAME ARGUMENT -->` is put in its place.

toml CLASS         the tables of a file that a pydantic class reads, by its dotted name, with those inside it
json CLASS         the same of a JSON file
commands           every command of the command line
presets            the hardware presets, key by key where they differ
switches           the differences between the network models
names KEY          names of one kind, as `xpert-evo list` has them
python             the names of the package
"""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).parent))
from meanings import MEANINGS

MARK = re.compile(r"<!-- generated: (\w+) ?(.*?) -->")


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Puts what the code says in the place of every mark."""
    return MARK.sub(lambda match: GENERATORS[match.group(1)](match.group(2)), markdown)


def toml(dotted: str) -> str:
    """Tables of keys, a heading each, of a class and of those in it."""
    return "\n".join(_tables(*_schema(dotted), place=(), heading="## `[{}]`"))


def json_object(dotted: str) -> str:
    """The same, with headings that suit JSON."""
    return "\n".join(_tables(*_schema(dotted), place=(), heading="### `{}`"))


def _schema(dotted: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON schema of a class, and of the classes in it by name."""
    module, _, name = dotted.rpartition(".")
    schema = getattr(importlib.import_module(module), name).model_json_schema()
    return schema, schema.get("$defs", {})


def _tables(schema: dict[str, Any], parts: dict[str, Any], *, place: tuple[str, ...], heading: str) -> Iterator[str]:
    """The lines of a table of the file, then those of the tables inside it."""
    inner: list[tuple[str, dict[str, Any]]] = []
    if place:
        yield "\n" + heading.format(".".join(place)) + "\n"
    yield _one_line(schema.get("description", "")) + "\n"
    yield _row("key", "value", "default", "meaning")
    yield _row("---", "---", "---", "---")
    for key, value in schema["properties"].items():
        name = _class_in(value)
        if name is None:
            needed = key in schema.get("required", ())
            yield _row(f"`{key}`", _values(value), _default(value, needed), meaning(schema["title"], key, value))
        else:
            numbered = {
                "additionalProperties": f"{key}.N",
                "patternProperties": f"{key}.NAME",
                "items": f"{key}[ ]",
            }
            inner.append((next((form for how, form in numbered.items() if how in value), key), parts[name]))
    for key, table in inner:
        yield from _tables(table, parts, place=(*place, key), heading=heading)


def _class_in(value: dict[str, Any]) -> str | None:
    """The class of a key that holds a table or several; None where it holds values."""
    named = value.get("patternProperties", {}).values()
    inside = (value, value.get("additionalProperties"), *named, value.get("items"), *value.get("anyOf", ()))
    references = (one["$ref"] for one in inside if isinstance(one, dict) and "$ref" in one)
    return next((str(reference).rpartition("/")[2] for reference in references), None)


def meaning(title: str, key: str, value: dict[str, Any]) -> str:
    """What a key means: as the class says, else as this folder does."""
    return value.get("description") or MEANINGS[title][key]


def _values(value: dict[str, Any]) -> str:
    """What a key takes."""
    if "anyOf" in value:
        return " or ".join(_values(one) for one in value["anyOf"] if one.get("type") != "null")
    if "prefixItems" in value:
        return (
            f"list of {len(value['prefixItems'])} {_values(value['prefixItems'][0]).replace('number ', 'numbers ', 1)}"
        )
    if value.get("type") == "array":
        each = _values(value["items"]).replace("number ", "numbers ", 1).replace("text", "texts")
        return f"list of {each}" + (f", at least {value['minItems']}" if "minItems" in value else "")
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    if "enum" in value:
        return ", ".join(f"`{json.dumps(one)}`" for one in value["enum"])
    kinds = {"integer": "whole number", "number": "number", "boolean": "`true`, `false`", "string": "text"}
    bounds = [
        f"{words} {_number(value[bound])}"
        for bound, words in (
            ("minimum", "from"),
            ("exclusiveMinimum", "above"),
            ("maximum", "to"),
            ("exclusiveMaximum", "below"),
        )
        if bound in value
    ]
    return " ".join([kinds.get(value.get("type", ""), "table"), *bounds])


def _default(value: dict[str, Any], needed: bool) -> str:
    if needed:
        return "needed"
    default = value.get("default")
    return "" if default in (None, {}) else f"`{json.dumps(default)}`"


def _number(number: float) -> str:
    return f"{number:g}" if abs(number) >= 1e6 else f"{number:,}"


def _one_line(docstring: str) -> str:
    return " ".join(docstring.split())


def commands(_: str) -> str:
    """Every command, by typer's own generator."""
    wanted = [sys.executable, "-m", "typer", "xpert_evo.cli.main", "utils", "docs", "--name", "xpert-evo"]
    written = subprocess.run(wanted, capture_output=True, text=True, check=True).stdout
    top, *each = re.split(r"^(?=## )", written.partition("\n")[2], flags=re.MULTILINE)  # without its title
    text = "".join([top.partition("**Commands**")[0], *each])
    return re.sub(r"^(xpert-evo .*)$", r"`\1`", text, flags=re.MULTILINE).strip()  # examples


def presets(_: str) -> str:
    """A column a preset, a row a key on which they differ; a preset's switches by name."""
    from xpert_evo.hardware.preset import load_preset, preset_content, preset_names

    names = preset_names()
    contents = {name: load_preset(name).model_dump(exclude={"name", "switches"}) for name in names}
    for name, content in contents.items():
        content["adc"] = ", ".join(content["adc"])
        own = preset_content(name).get("switches", {})
        content["switches"] = ", ".join(f"{key} = {json.dumps(value)}" for key, value in own.items())
    lines = [_row("", *(f"`{name}`" for name in names)), _row(*["---"] * (len(names) + 1))]
    for key in next(iter(contents.values())):
        values = [content[key] for content in contents.values()]
        if len(set(values)) > 1:
            lines.append(_row(f"`{key}`", *(f"{one:g}" if isinstance(one, float) else str(one) for one in values)))
    return "\n".join(lines)


def switches(_: str) -> str:
    """A row a switch, a column a network model."""
    from xpert_evo.hardware.switches import NETWORK_MODELS

    models = {name: model.model_dump() for name, model in NETWORK_MODELS.items()}
    lines = [_row("switch", *(f"`{name}`" for name in models)), _row(*["---"] * (len(models) + 1))]
    for key in next(iter(models.values())):
        lines.append(_row(f"`{key}`", *(f"`{json.dumps(model[key])}`" for model in models.values())))
    return "\n".join(lines)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def names(kind: str) -> str:
    """The names of one kind, as `xpert-evo list` has them."""
    from xpert_evo.cli.start import list_all

    with redirect_stdout(StringIO()) as written:
        list_all(as_json=True)
    return ", ".join(f"`{name}`" for name in json.loads(written.getvalue())[kind])


def python(_: str) -> str:
    """What `import xpert_evo` offers."""
    import xpert_evo

    return "\n\n".join(f"::: xpert_evo.{name}" for name in xpert_evo.__all__ if not name.startswith("_"))


GENERATORS: dict[str, Callable[[str], str]] = {
    "toml": toml,
    "json": json_object,
    "commands": commands,
    "presets": presets,
    "switches": switches,
    "names": names,
    "python": python,
}
