"""xpert-evo simulate"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from xpert_evo.cli.consoles import note, waiting
from xpert_evo.cli.options import Csv, Hardware, Json, WeightEncodingOption
from xpert_evo.cli.written import CsvFile, show
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
    csv: Csv = None,
    breakdown: Annotated[bool, typer.Option("--breakdown", help="Add a table by layer and component.")] = False,
    layers_csv: Annotated[Path | None, typer.Option(help="Write the breakdown to this file.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw the breakdown of a single design into this PNG.")] = None,
    layer_table: Annotated[Path | None, typer.Option(help="Simulate single layers of a CSV table instead.")] = None,
    as_json: Json = False,
) -> None:
    """Hardware metrics of designs, or of the single layers of a table."""
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
        _simulate_layers(layer_table, csv, as_json)
        return
    assert designs is not None
    with waiting(f"reading {designs}"):
        from xpert_evo.cli.simulated_output import SimulatedOutput
        from xpert_evo.hardware.simulate import simulated

    wanted = breakdown or bool(layers_csv or picture)
    batches = simulated(designs, hardware, network_model, weight_encoding, layers=wanted)
    clamped, drawn = 0, None
    shown = SimulatedOutput(tables=csv is None, breakdown=breakdown, as_json=as_json)
    with CsvFile(csv) as metrics_file, CsvFile(layers_csv) as layers_file, shown:
        for metrics, layers, fewer in batches:
            if picture is not None and (len(metrics) > 1 or drawn is not None):
                raise InputError(f"{designs}: holds {max(2, len(metrics))} designs; --picture draws one")
            clamped += fewer
            metrics_file.add(metrics)
            if layers is not None:
                layers_file.add(layers)
            shown.add(metrics, layers)
            drawn = layers if picture is not None else None
    if clamped:
        has = "1 design has" if clamped == 1 else f"{clamped} designs have"
        note(
            f"{has} column sharings beyond the conversions of a crossbar; there an ADC serves all of them, as with the "
            "largest sharing that fits"
        )
    if picture is not None and drawn is not None:
        _draw(designs, drawn, hardware, network_model, weight_encoding, picture)


def _draw(
    design: Path, layers: pd.DataFrame, hardware: str, network_model: Any, weight_encoding: Any, picture: Path
) -> None:
    from xpert_evo.analysis.breakdown import breakdown_picture
    from xpert_evo.analysis.names import titled
    from xpert_evo.design.design_files import load_designs
    from xpert_evo.hardware.preset import load_preset

    preset = load_preset(hardware, network_model, weight_encoding)
    valid = (
        f"preset {preset.name} · network model {preset.network_model} · {preset.weight_encoding} weight encoding · "
        "default activity"
    )
    breakdown_picture(titled(load_designs(design)[0]), layers, valid, picture)


def _simulate_layers(path: Path, csv: Path | None, as_json: bool) -> None:
    """Single layers of a table."""
    from xpert_evo.cli.simulated_tables import single_layers_sheet
    from xpert_evo.export.table_kinds import looks_like_table
    from xpert_evo.files import read_text
    from xpert_evo.hardware.simulate import simulate_layer_table

    kind = looks_like_table(read_text(path, "a layer table (CSV)"))
    if kind:
        raise InputError(
            f"{path}: is {kind}, whose columns have no names; xpert_evo.export.xpertsim.read_table reads a whole "
            "network's as a design, and design files are simulated without --layer-table"
        )
    layers = simulate_layer_table(path)
    show(layers, lambda: single_layers_sheet(layers), as_json, csv)
