"""What is seen while something is loaded, searched or audited."""

import io
import subprocess
import sys

import pytest
from rich.console import Console

from xpert_evo.cli import consoles, image_progress
from xpert_evo.cli.image_progress import ImageProgress
from xpert_evo.cli.main import main
from xpert_evo.data.listener import counting
from xpert_evo.design.design import homogeneous
from xpert_evo.design.design_files import save_design
from xpert_evo.search.progress import ConsoleProgress, Silent, shown_progress
from xpert_evo.search.records.accuracies import StoredAccuracy


def test_loading_is_announced_where_it_takes_time(capsys):
    with consoles.loading(["sys"], "loading nothing"):
        assert capsys.readouterr().err == ""
    with consoles.loading(["sys", "not_loaded_yet"], "loading much"):
        assert capsys.readouterr().err == "loading much\n"


BEFORE_TORCH = """
import sys
class Finder:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in ("torch", "pandas", "numpy"):
            sys.stdout.write("loads " + name)
            sys.stdout.flush()
            raise SystemExit
sys.meta_path.insert(0, Finder())
from xpert_evo.cli.main import main
main()
"""


@pytest.mark.parametrize(
    "command",
    [
        "search PROBLEM --out x",
        "train DESIGN --dataset digits --out x",
        "audit DESIGN --dataset digits --weights w",
    ],
)
def test_the_first_line_comes_before_anything_slow_is_loaded(command, tmp_path, pytestconfig):
    save_design(homogeneous(), tmp_path / "d.json")
    places = {"DESIGN": tmp_path / "d.json", "PROBLEM": pytestconfig.rootpath / "problems/digits.toml"}
    arguments = [str(places.get(word, word)) for word in command.split()]
    ended = subprocess.run(
        [sys.executable, "-c", BEFORE_TORCH, *arguments], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ended.stdout.startswith("loads "), ended
    assert "loading PyTorch" in ended.stderr and ended.stderr.count("\n") == 1


def test_time_left_is_told_from_the_first_images(monkeypatch):
    console = Console(file=io.StringIO(), force_terminal=True, width=100, _environ={"TERM": "xterm"})
    shown = ImageProgress(console)
    shown.begin("audit", 200, seconds=754)
    assert "about 0:12:34 left" in str(shown._bar.tasks[0].fields)
    shown.add(50)
    assert "about 0:00:00 left" in str(shown._bar.tasks[0].fields)
    shown.close()

    monkeypatch.setattr(image_progress, "LINE_EVERY_SECONDS", 0.0)
    piped = ImageProgress(Console(file=io.StringIO(), width=100))
    piped.begin("audit", 200)
    piped.add(50)
    assert piped.console.file.getvalue() == "audit: 50 of 200 images, about 0:00:00 left\n"


def test_a_bar_of_images_comes_back_after_its_end():
    console = Console(file=io.StringIO(), force_terminal=True, width=100, _environ={"TERM": "xterm"})
    shown = ImageProgress(console)
    for what in ("looking at sizes", "reading"):
        with counting(shown, what, 3) as done:
            done()
            shown._bar.refresh()
        assert not shown._bar.live.is_started, "it would be drawn into what is said next"
        assert f"{what} " in console.file.getvalue() and "1/3" in console.file.getvalue()
        console.file.truncate(0)


@pytest.fixture
def codes(tmp_path):
    """A design for digits and the codes of a network that was never trained."""
    torch = pytest.importorskip("torch")
    from xpert_evo.accuracy.audit import calibrate_normalisation
    from xpert_evo.accuracy.networks.building import build_network
    from xpert_evo.accuracy.networks.codes import round_to_codes, save_codes
    from xpert_evo.search.crossbars import array_shape
    from xpert_evo.workflows.problem import HardwareSettings

    design, array = homogeneous(width=0.05, input_bits=3, image_channels=1), array_shape(HardwareSettings().load())
    network = build_network(design, hardware=array, seed=3).eval()
    network.calibrate(torch.rand(4, 1, 32, 32))
    round_to_codes(network)
    calibrate_normalisation(network, torch.randint(256, (4, 1, 32, 32), dtype=torch.uint8))
    save_codes(network, tmp_path / "codes.safetensors", design=design, array=array, seed=3)
    save_design(design, tmp_path / "d.json")
    return tmp_path


def test_an_audit_announces_what_it_does(codes, monkeypatch, capsys):
    monkeypatch.setattr(image_progress, "LINE_EVERY_SECONDS", 0.0)
    few = ("--dataset", "digits", "--images", 60, "--chips", 1, "--chip-images", 40, "--threads", 1)
    arguments = ("audit", codes / "d.json", "--weights", codes / "codes.safetensors", *few, "--csv", codes / "a.csv")
    monkeypatch.setattr(sys, "argv", ["xpert-evo", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err.splitlines()
    assert not ended.value.code
    told = next(line for line in said if "100 passes of an image" in line)
    assert "300 test images under the ADCs' noise" in told and "about 0:" in told
    counted = [line for line in said if line.startswith("audit, conversion by conversion: ")]
    assert [line.split()[4] for line in counted] == ["50", "60", "100"] and all("left" in line for line in counted)
    assert said.index(told) < said.index(counted[0])
    header, row = (codes / "a.csv").read_text().splitlines()
    assert "exact_accuracy" in header and row.count("digits") == 1


def test_true_shows_a_search_and_false_nothing():
    assert isinstance(shown_progress(True), ConsoleProgress) and isinstance(shown_progress(False), Silent)
    own = Silent()
    assert shown_progress(own) is own


def test_a_search_shows_a_bar_where_one_can_move():
    for environment, bar in (({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False)):
        console = Console(file=io.StringIO(), force_terminal=True, width=90, _environ=environment)
        shown = ConsoleProgress(console)
        shown.begin("search", 8)
        shown.trained(StoredAccuracy("key", 0, "failed", error="made to fail"))
        shown.close()
        text = console.file.getvalue()
        assert ("1/8" in text) == bar and "a training failed" in text


def test_a_notebook_without_widgets_is_told_in_lines(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    shown = ConsoleProgress(Console(file=io.StringIO(), force_jupyter=True))
    shown.begin("search", 8)
    assert not shown._bar.live.is_started
    shown.close()
