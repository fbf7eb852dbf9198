"""The texts of an exported folder, as Jinja templates beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # Python, YAML and Markdown, none of it HTML
)


def render(template: str, **values: Any) -> str:
    """The text of a template with these values; a value that is missing is an error."""
    return _ENVIRONMENT.get_template(template).render(values)
