"""xpert-evo simulate"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from xpert_evo.cli.consoles import show_frame, table_console, write_frame
from xpert_evo.cli.options import Hardware, Json, WeightEncodingOption
from xpert_evo.errors import InputError


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
        show_frame(simulation.simulate_layer_table(layer_table), csv, as_json)
        return
    assert designs is not None
    metrics, layers = simulation.simulate_with_layers(designs, hardware, network_model, weight_encoding)
    if picture is not None and len(metrics) > 1:
        raise InputError(f"{designs}: holds {len(metrics)} designs; --picture draws one")
    if layers_csv is not None:
        write_frame(layers, layers_csv)
    show_frame(metrics, csv, as_json)
    if breakdown and as_json:
        print(layers.to_json(orient="records", indent=1))
    elif breakdown:
        from xpert_evo.analysis.breakdown import breakdown_tables

        for table in breakdown_tables(layers):
            table_console().print(table)
    if picture is not None:
        from xpert_evo.analysis.breakdown import breakdown_picture
        from xpert_evo.hardware.preset import load_preset

        preset = load_preset(hardware, network_model, weight_encoding)
        valid = (
            f"preset {preset.name} · network model {preset.network_model} · {preset.weight_encoding} weight encoding · "
            "default activity"
        )
        breakdown_picture(f"design {metrics['id'].iloc[0]}", layers, valid, picture)
