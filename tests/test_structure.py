"""The order of the house: what a room may import, no circle of modules."""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import xpert_evo

PACKAGE = Path(xpert_evo.__file__).parent
FOLDERS = ("xpert_evo", "benchmarks", "docs", "results/published")  # that hold documents
LINK = re.compile(r"\]\(([^)\s#][^)\s]*)\)")

# From the bottom up: a room imports from rooms below its own line alone, and from itself.
ROOMS = (
    {"errors", "machine", "version", "whole"},
    {"files", "strict"},
    {"data", "design"},
    {"accuracy", "hardware"},
    {"search"},
    {"analysis"},
    {"export"},
    {"workflows"},
    {"cli"},
    {"__main__"},
)
# The same for the compartments of a room, and the files beside them.
COMPARTMENTS = {
    "accuracy": (
        {"settings", "pixels", "answers"},
        {"circuit"},
        {"networks", "tracing"},
        {"scoring", "activity"},
        {"audit"},
        {"training"},
        {"estimators"},
    ),
    "hardware": (
        {"switches", "process", "quantities"},
        {"components", "distinct"},
        {"preset"},
        {"arrays"},
        {"activity"},
        {"layers"},
        {"layer_faults"},
        {"network_models"},
        {"metrics"},
        {"model"},
        {"simulate", "table_axes", "side_by_side"},
        {"tables"},
        {"array_tables"},
    ),
    "search": (
        {"settings", "keys"},
        {"records"},
        {"figures", "progress", "crossbars"},
        {"objectives"},
        {"workers", "candidates"},
        {"growing_front"},
        {"evaluation"},
        {"algorithms"},
    ),
}


def modules() -> dict[str, Path]:
    """Dotted name -> file, of the whole package."""
    names = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        names[".".join(parts).removesuffix(".__init__")] = path
    return names


def imports(path: Path) -> Iterator[str]:
    """Dotted names that a file imports from the package, wherever in it that is done."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


@pytest.fixture(scope="module")
def arrows() -> dict[str, set[str]]:
    """Module -> modules of the package that it imports."""
    there = modules()
    found: dict[str, set[str]] = {}
    for name, path in there.items():
        targets = (target if target in there else target.rpartition(".")[0] for target in imports(path))
        found[name] = {target for target in targets if target in there and target != name}
    return found


def test_no_circle_of_modules(arrows):
    front_door = {"xpert_evo"}  # names what it loads when it is asked for it; nothing imports it
    inside = {name: targets - front_door for name, targets in arrows.items() if name not in front_door}
    try:
        TopologicalSorter(inside).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")
    assert not [name for name, targets in arrows.items() if targets & front_door and name != "xpert_evo"]


def _level(lines: tuple[set[str], ...], name: str, whole: str) -> int:
    found = [number for number, line in enumerate(lines) if name in line]
    assert found, f"{whole} stands in no line of the plan"
    return found[0]


def upwards(arrows: dict[str, set[str]], lines: tuple[set[str], ...], room: str) -> list[str]:
    """Arrows between the parts of a room that don't point downwards."""
    depth = room.count(".") + 1
    wrong = []
    for name, targets in arrows.items():
        for target in targets:
            if not (name.startswith(f"{room}.") and target.startswith(f"{room}.")):
                continue
            source_part, target_part = name.split(".")[depth], target.split(".")[depth]
            if source_part == target_part:
                continue
            if _level(lines, target_part, target) >= _level(lines, source_part, name):
                wrong.append(f"{name} -> {target}")
    return sorted(wrong)


def test_rooms_import_from_rooms_below_them_alone(arrows):
    assert upwards(arrows, ROOMS, "xpert_evo") == []


@pytest.mark.parametrize("room", COMPARTMENTS)
def test_so_do_compartments(arrows, room):
    assert upwards(arrows, COMPARTMENTS[room], f"xpert_evo.{room}") == []


def test_an_import_upwards_would_be_found(arrows):
    broken = arrows | {"xpert_evo.design.space": {"xpert_evo.workflows.search"}}
    assert upwards(broken, ROOMS, "xpert_evo") == ["xpert_evo.design.space -> xpert_evo.workflows.search"]


def test_every_file_of_tests_stands_where_its_room_does():
    tests = PACKAGE.parent / "tests"
    folders = {path.parent.relative_to(tests) for path in tests.rglob("test_*.py")}
    folders = {folder for folder in folders if folder.parts[:1] != ("stress",)}  # of no room, but of all
    beside = ("benchmarks",), ("docs",)
    homes = {folder: tests.parent if folder.parts[:1] in beside else PACKAGE for folder in folders}
    assert [folder for folder, home in sorted(homes.items()) if not (home / folder).is_dir()] == []


def test_links_of_the_documents_lead_somewhere():
    root = PACKAGE.parent
    documents = [*root.glob("*.md"), *(path for part in FOLDERS for path in (root / part).rglob("*.md"))]
    missing = []
    for document in documents:
        for target in LINK.findall(document.read_text(encoding="utf-8")):
            if "://" not in target and not (document.parent / target.partition("#")[0]).exists():
                missing.append(f"{document.relative_to(root)}: {target}")
    assert len(documents) > 10 and missing == []
