"""xpert-evo simulate"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xpert_evo.cli.consoles import FrameWriter, note, table_console
from xpert_evo.cli.options import Hardware, Json, WeightEncodingOption
from xpert_evo.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


def simulate(
    designs: Annotated[Path | None, typer.Argument(help="Design file: one design or a list.")] = None,
    hardware: Hardware = "xpert-rram",
    network_model: Annotated[
        Literal["chip", "xpertsim"] | None, typer.Option(help="In place of the preset's, which is chip.")
    ] = None,
    weight_encoding: WeightEncodingOption = None,
    csv: Annotated[Path | None, typer.Option(help="Write the table to this file.")] = None,
    breakdown: Annotated[bool, typer.Option("--breakdown", help="Add a table by layer and component.")] = False,
    layers_csv: Annotated[Path | None, typer.Option(help="Write the breakdown to this file.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw the breakdown of a single design into this PNG.")] = None,
    layer_table: Annotated[Path | None, typer.Option(help="Simulate single layers of a CSV table instead.")] = None,
    as_json: Json = False,
) -> None:
    """Hardware metrics of designs, or of the single layers of a table."""
    from xpert_evo.hardware import simulate as simulation

    if (designs is None) == (layer_table is None):
        raise InputError("simulate: give either a design file or --layer-table TABLE.csv")
    if layer_table is not None:
        unused = {
            "--hardware": hardware != "xpert-rram",
            "--network-model": network_model is not None,
            "--weight-encoding": weight_encoding is not None,
            "--breakdown": breakdown,
            "--layers-csv": layers_csv is not None,
            "--picture": picture is not None,
        }
        for option in (option for option, given in unused.items() if given):
            raise InputError(
                f"{option}: can't be had with --layer-table: its rows name their hardware, each layer is a network of "
                "its own in xpertsim with the offset encoding, and its parts are in the table"
            )
        _refuse_other_tables(layer_table)
        with FrameWriter(csv, as_json) as writer:
            writer.add(simulation.simulate_layer_table(layer_table))
        return
    assert designs is not None
    batches = simulation.simulated(
        designs, hardware, network_model, weight_encoding, layers=breakdown or bool(layers_csv or picture)
    )
    with FrameWriter(csv, as_json) as writer, FrameWriter(layers_csv, False, hidden=True) as layers_writer:
        shown: list[pd.DataFrame] = []
        clamped = 0
        for metrics, layers, fewer in batches:
            if picture is not None and (len(metrics) > 1 or shown):
                raise InputError(f"{designs}: holds {len(metrics)} designs; --picture draws one")
            writer.add(metrics)
            clamped += fewer
            if layers is not None:
                layers_writer.add(layers)
                shown += [layers] if breakdown or picture else []
    if clamped:
        note(
            f"{clamped} designs have column sharings beyond the conversions of a crossbar; there an ADC serves all of "
            "them, as with the largest sharing that fits"
        )
    if breakdown and as_json:
        import pandas as pd

        print(pd.concat(shown).to_json(orient="records", indent=1))
    elif breakdown:
        for table in _breakdown_tables(shown):
            table_console().print(table)
    if picture is not None:
        from xpert_evo.analysis.breakdown import breakdown_picture
        from xpert_evo.hardware.preset import load_preset

        preset = load_preset(hardware, network_model, weight_encoding)
        valid = (
            f"preset {preset.name} · network model {preset.network_model} · {preset.weight_encoding} weight encoding · "
            "default activity"
        )
        breakdown_picture(f"design {shown[0]['id'].iloc[0]}", shown[0], valid, picture)


def _breakdown_tables(shown: list[pd.DataFrame]) -> Iterator[object]:
    from xpert_evo.analysis.breakdown import breakdown_tables

    for layers in shown:
        yield from breakdown_tables(layers)


def _refuse_other_tables(path: Path) -> None:
    """Says how to convert a table of the reference tools."""
    from xpert_evo.export.table_kinds import looks_like_table
    from xpert_evo.files import read_text

    kind = looks_like_table(read_text(path, "a layer table (CSV)"))
    if kind:
        raise InputError(
            f"{path}: is {kind}, whose columns have no names; xpert_evo.export.xpertsim.read_table reads a whole "
            "network's as a design, and design files are simulated without --layer-table"
        )
