"""xpert-evo network"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from xpert_evo.cli import completion
from xpert_evo.cli.consoles import loading, print_sentences, print_sheet
from xpert_evo.cli.options import Csv, Json
from xpert_evo.cli.tables import Column, Sheet
from xpert_evo.cli.written import CsvFile
from xpert_evo.errors import InputError, in_short

_IMAGE = re.compile(r"([1-9]\d{0,3})x([1-9]\d{0,3})x([1-9]\d{0,3})")


def network(
    source: Annotated[
        str,
        typer.Argument(
            help="FILE.py:NAME, or MODULE:NAME where it can be imported, of a torch.nn.Module, or of a class or "
            "function that makes one without arguments. Its code is run.",
            autocompletion=completion.python_files,
        ),
    ],
    image: Annotated[
        str, typer.Option(metavar="CxHxW", help="Channels, height and width of its images, such as 3x32x32.")
    ],
    to: Annotated[Path, typer.Option(help="Network file to be written; the network has its name.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Make a network file of a PyTorch network of your own, for searches."""
    sizes = _IMAGE.fullmatch(image)
    if sizes is None:
        raise InputError(f"--image {in_short(image)}: CHANNELSxHEIGHTxWIDTH is wanted, such as 3x32x32")
    channels, height, width = map(int, sizes.groups())
    with loading(("torch",), f"reading {source}: loading PyTorch"):
        import pandas as pd

        from xpert_evo.workflows.own_network import as_rows, import_network

        found = import_network(source, (channels, height, width), to, force=force)
    rows = as_rows(found)
    with CsvFile(csv) as file:
        file.add(pd.DataFrame(list(rows.items()), columns=["what", "value"]))
    if as_json:
        print(json.dumps({"file": str(to), **asdict(found)}, indent=1))
        return
    if csv is None:
        columns = [
            Column("what", list(rows), names=True),
            Column("value", list(rows.values()), names=True, breaks=True),
        ]
        print_sheet(Sheet(f"{source} as a network", columns))
    print_sentences([f"wrote {to}"])
