"""The command line. Every command imports what it needs when it runs: `--help` and `simulate` stay light."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from typer.exceptions import TyperException

from xpert_evo.cli.compare import compare
from xpert_evo.cli.export import export
from xpert_evo.cli.options import (
    EXIT_BAD_INPUT,
    EXIT_INTERRUPTED,
    DataRoot,
    Device,
    Hardware,
    Json,
    NoDownload,
    Threads,
    WeightEncodingOption,
    Workers,
)
from xpert_evo.cli.promote import promote
from xpert_evo.cli.report import report
from xpert_evo.cli.tables import table_console
from xpert_evo.cli.training import audit, train
from xpert_evo.design.encodings import ENCODINGS
from xpert_evo.errors import InputError
from xpert_evo.version import __version__

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    name="xpert-evo",
    help="Co-search of DNN architecture and analog in-memory-computing periphery.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Entry point: one line and exit code 2 for bad input, 130 when interrupted."""
    try:
        code = app(standalone_mode=False)
    except (InputError, TyperException) as error:
        message = error.format_message() if isinstance(error, TyperException) else str(error)
        print(f"xpert-evo: {' '.join(message.split())}", file=sys.stderr)
        code = getattr(error, "exit_code", EXIT_BAD_INPUT)
    sys.exit(code)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"xpert-evo {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = (
        False
    ),
) -> None:
    return


@app.command()
def search(
    problem: Annotated[Path, typer.Argument(help="Problem file (TOML).")],
    out: Annotated[Path, typer.Option(help="Folder of the run.")],
    preset: Annotated[str | None, typer.Option(help="One of the file's presets; by default its first.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run in the folder, if there is one.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the run.", min=0)] = 1,
    overrides: Annotated[
        list[str] | None, typer.Option("--set", help="Change a key: search.population=24. May be repeated.")
    ] = None,
    device: Device = "auto",
    threads: Threads = 1,
    workers: Workers = None,
    data: DataRoot = None,
    no_download: NoDownload = False,
    as_json: Json = False,
) -> None:
    """Run or continue a search; leaves the front, the designs and the plots in a folder."""
    from xpert_evo.analysis import summary
    from xpert_evo.search.progress import ConsoleProgress
    from xpert_evo.workflows import search as runs
    from xpert_evo.workflows.problem import load_problem

    console = Console(stderr=True)
    loaded = load_problem(problem, preset=preset, overrides=tuple(overrides or ()))
    resources = runs.Resources.choose(device, threads, workers)
    try:
        front = runs.run_search(
            loaded,
            out,
            seed=seed,
            resume=resume,
            resources=resources,
            data_root=data,
            download=not no_download,
            progress=ConsoleProgress(console),
        )
    except KeyboardInterrupt:
        console.print(f"interrupted; what was evaluated is kept, continue with the same command and --resume ({out})")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    _, table, baselines = runs.load_run(out)
    _show_front(front, as_json)
    for line in summary.sentences(front, table, baselines, runs.labels(loaded), runs.encoding_costs(loaded)):
        console.print(line, highlight=False, soft_wrap=True)
    console.print(f"Front, designs, plots and report.html are in {out}", highlight=False, soft_wrap=True)


@app.command()
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
        _show(simulation.simulate_layer_table(layer_table), csv, as_json)
        return
    assert designs is not None
    metrics, layers = simulation.simulate_with_layers(designs, hardware, network_model, weight_encoding)
    if picture is not None and len(metrics) > 1:
        raise InputError(f"{designs}: holds {len(metrics)} designs; --picture draws one")
    if layers_csv is not None:
        _write(layers, layers_csv)
    _show(metrics, csv, as_json)
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


@app.command()
def front(run: Annotated[Path, typer.Argument(help="Folder of a run.")], as_json: Json = False) -> None:
    """The front of a run as a table, with what it says in words; brings front.csv and designs/ up to date."""
    from xpert_evo.analysis import summary
    from xpert_evo.workflows import search as runs

    table = runs.write_tables(run)
    _show_front(table, as_json)
    if not as_json:
        problem, evaluated, baselines = runs.load_run(run)
        for line in summary.sentences(table, evaluated, baselines, runs.labels(problem), runs.encoding_costs(problem)):
            print(line)


@app.command()
def plot(run: Annotated[Path, typer.Argument(help="Folder of a run.")], as_json: Json = False) -> None:
    """Draw the pictures of a run into its plots/."""
    from xpert_evo.workflows import search as runs

    written = [str(path) for path in runs.write_plots(run)]
    print(json.dumps(written) if as_json else "\n".join(written))


app.command()(report)
app.command()(compare)
app.command()(export)
app.command()(promote)


app.command()(train)
app.command()(audit)


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="File to be written.")] = Path("problem.toml"),
    dataset: Annotated[str, typer.Option(help="Data set.")] = "cifar10",
    as_json: Json = False,
) -> None:
    """Write a commented problem file to start from."""
    from xpert_evo.data import dataset_info

    images = dataset_info(dataset).train_images
    if path.exists():
        raise InputError(f"{path}: exists already; name a new file")
    filled = (Path(__file__).parent / "problem_template.toml").read_text(encoding="utf-8")
    validation = min(5000, images // 4)
    budget = {"@DATASET@": dataset, "@TRAIN@": min(10000, images - validation), "@VALIDATION@": validation}
    for mark, value in budget.items():
        filled = filled.replace(mark, str(value))
    try:
        path.write_text(filled, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    told = f"wrote {path}; run it with: xpert-evo search {path} --out results/{path.stem}"
    print(json.dumps({"file": str(path)}) if as_json else told)


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """What there is: data sets, hardware presets, encodings, backbones, genes, objectives."""
    from xpert_evo.data import dataset_names
    from xpert_evo.design.backbones import BACKBONES
    from xpert_evo.design.designs import GENES
    from xpert_evo.hardware.model import preset_names
    from xpert_evo.search.settings import CONSTRAINED, MAXIMISED

    problems = sorted(str(path) for path in Path("problems").glob("*.toml"))
    there: dict[str, list[str]] = {
        "data sets": dataset_names(),
        "problems here": problems,
        "hardware presets": preset_names(),
        "weight encodings": list(ENCODINGS),
        "backbones": list(BACKBONES),
        "genes of a layer": list(GENES),
        "objectives": list(MAXIMISED),
        "metrics for constraints": list(CONSTRAINED),
    }
    if as_json:
        print(json.dumps(there, indent=1))
        return
    table = Table("what", "names", show_lines=False)
    for what, names in there.items():
        table.add_row(what, ", ".join(names) or "-")
    Console().print(table)


def _show_front(table: pd.DataFrame, as_json: bool) -> None:
    if as_json:
        print(table.to_json(orient="records", indent=1))
        return
    from xpert_evo.analysis.summary import front_rich_table

    table_console().print(front_rich_table(table))


def _write(frame: pd.DataFrame, csv: Path) -> None:
    try:
        frame.to_csv(csv, index=False)
    except OSError as error:
        raise InputError(f"{csv}: {error.strerror or error}") from error


def _show(frame: pd.DataFrame, csv: Path | None, as_json: bool) -> None:
    if csv is not None:
        _write(frame, csv)
    if as_json:
        print(frame.to_json(orient="records", indent=1))
    elif csv is None:
        print(frame.to_string(index=False, float_format=lambda value: f"{value:.5g}"))


if __name__ == "__main__":
    main()
