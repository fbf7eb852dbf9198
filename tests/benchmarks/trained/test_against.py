import json

import numpy as np
import pandas as pd
import pytest

from benchmarks.trained import against
from benchmarks.trained.table import read
from tests.benchmarks.trained.test_table import RESULT
from xpert_evo.accuracy.answers import as_text
from xpert_evo.design.design import homogeneous
from xpert_evo.design.design_files import save_design

IMAGES = 10_000


def narrowed(design):
    """Not homogeneous: its last layer is half as wide."""
    *others, last = design.layers
    return design.model_copy(
        update={"layers": (*others, last.model_copy(update={"channels": last.channels // 2})), "id": None}
    )


@pytest.fixture
def folder(tmp_path):
    """Three homogeneous networks, the cheapest of them 1.5 points less accurate than the co-searched one, which errs on
    the same images as the next."""
    right = np.arange(IMAGES) < 9000
    networks = {
        "cheap": (homogeneous(width=0.375), np.arange(IMAGES) < 8850),
        "like": (homogeneous(width=0.5), right),
        "dear": (homogeneous(), np.arange(IMAGES) < 9150),
        "co-searched-x": (narrowed(homogeneous(width=0.25)), right),
    }
    for name, (design, answers) in networks.items():
        named = design.named()
        (tmp_path / name).mkdir()
        save_design(named, tmp_path / name / "design.json")
        told = {f"{kind}_{key}": value for kind in ("exact", "noise") for key, value in told_of(answers).items()}
        result = {"design": named.id, **RESULT, "exact_accuracy": answers.mean(), **told}
        (tmp_path / name / "result.json").write_text(json.dumps(result))
    return tmp_path


def told_of(answers):
    return {"right": as_text(answers), "images": len(answers)}


def test_what_a_homogeneous_network_as_accurate_costs(folder):
    table = against.against(folder, read(folder)).set_index("homogeneous")

    assert table.loc["like", "surely_within"] and table.loc["like", "difference"] == 0
    assert table.loc["cheap", "difference"] == pytest.approx(-0.015)
    assert table.loc["cheap", "standard_error"] == pytest.approx(np.sqrt(0.015 * 0.985 / IMAGES), rel=1e-3)
    assert not table.loc["cheap", "perhaps_within"] and table.loc["dear", "surely_within"]
    assert 1 < table.loc["like", "chip_edap_gain"] < table.loc["dear", "chip_edap_gain"]
    told = against.sentences(table.reset_index())
    assert f"at most 0.5 points costs {table.loc['like', 'chip_edap_gain']:.1f}x its EDAP" in told[0]
    assert "errors leave open" not in told[0]
    alone = against.sentences(table.loc[["cheap"]].reset_index())
    assert "isn't among them" in alone[0]


def test_answers_come_from_an_audit_where_the_training_kept_none(folder):
    path = folder / "like" / "result.json"
    result = json.loads(path.read_text())
    kept = {key: result.pop(key) for key in ("exact_right", "noise_right", "noise_images")}
    path.write_text(json.dumps(result))

    with pytest.raises(SystemExit, match=r"like/audit.json: .*audit the network"):
        against.gaps(folder, read(folder))
    (folder / "like" / "audit.json").write_text(json.dumps({**kept, "exact_images": IMAGES}))
    assert isinstance(gaps := against.gaps(folder, read(folder)), pd.DataFrame) and len(gaps) == 4


def test_the_gap_between_simulation_and_noise_is_paired(folder):
    path = folder / "dear" / "result.json"
    result = json.loads(path.read_text())
    path.write_text(json.dumps({**result, "noise_right": as_text(np.arange(IMAGES) < 9200)}))

    gap = against.gaps(folder, read(folder)).set_index("network").loc["dear"]

    assert gap["exact_less_noise"] == pytest.approx(-0.005)
    assert gap["standard_error"] == pytest.approx(np.sqrt(0.005 * 0.995 / IMAGES), rel=1e-3)
