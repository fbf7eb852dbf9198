"""The package as it is installed: a wheel, tried in an empty folder, far from the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

SMALL = (
    "proxy.epochs=1",
    "proxy.train_images=256",
    "search.trainings=8",
    "search.population=6",
    "search.confirm_seeds=1",
    "search.constraints=['macs <= 3.2e8']",  # nothing is learned in one epoch
)


@pytest.fixture(scope="module")
def installed(pytestconfig, tmp_path_factory) -> Path:
    """The programs' folder of an environment with the wheel in it, and the dependencies of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    built = subprocess.run(
        [*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(pytestconfig.rootpath)],
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        pytest.skip(f"no wheel could be built here: {built.stderr.strip().splitlines()[-1]}")
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    site = Path(sysconfig.get_path("purelib", vars={"base": str(environment)}))
    # A path added by such a file isn't looked through for others: this checkout stays out of it.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run([*pip, "--python", str(environment), "install", "--no-deps", str(wheel)], check=True)
    return programs


def elsewhere() -> dict[str, str]:
    """The environment without what leads Python to this checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def test_from_an_empty_folder_to_a_front_a_report_and_an_export(installed, tmp_path):
    def run(*arguments: str) -> str:
        ended = subprocess.run(
            [installed / arguments[0], *arguments[1:]],
            cwd=tmp_path,
            env=elsewhere(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    where = run("python", "-c", "import xpert_evo; print(xpert_evo.__file__)")
    assert Path(where.strip()).is_relative_to(installed.parent), where
    run("xpert-evo", "init", "--problem", "digits")
    changes = [part for change in SMALL for part in ("--set", change)]
    run("xpert-evo", "search", "digits.toml", "--preset", "quick", "--out", "run", *changes)
    run("xpert-evo", "front", "run")
    run("xpert-evo", "report", "run")
    run("xpert-evo", "export", "run", "--to", "chosen")
    assert (tmp_path / "run/report.html").stat().st_size > 1e6
    assert (tmp_path / "chosen/network.py").exists()


def test_the_package_says_that_it_is_typed(installed, tmp_path):
    typed = "import importlib.resources as r; print((r.files('xpert_evo') / 'py.typed').is_file())"
    ended = subprocess.run(
        [installed / "python", "-c", typed], cwd=tmp_path, env=elsewhere(), capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "True"
