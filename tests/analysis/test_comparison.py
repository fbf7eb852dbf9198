from dataclasses import replace

import moocore
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xpert_evo.analysis import style
from xpert_evo.analysis.comparison import ComparedRun, Scale, comparison_figure, coverage, front_of, indicators, picture
from xpert_evo.analysis.front import Labels

SCALE = Scale(classes=10, baseline_edap=1e4, baseline="flash", network="VGG16")
NAN = float("nan")


def run(name: str, accuracy: list[float], edap: list[float], fresh: list[float] | None = None) -> ComparedRun:
    designs = pd.DataFrame({"accuracy": accuracy, "edap_pj_ns_um2": edap, "repeated_accuracy": fresh or NAN})
    designs[["standard_error", "repeated_standard_error"]] = 0.01
    return ComparedRun(name, 1, "factored", 24, designs)


def test_hypervolume_is_the_area_between_front_and_reference_point():
    # scaled errors 0 and 0.5, scaled EDAP 0.5 and 0.25 (four decades below the baseline would be 0)
    table = indicators([run("a", [1.0, 0.55], [1e2, 1e1])], SCALE)
    assert table["hypervolume_search"].item() == pytest.approx(0.5 * 1 + 0.25 * 0.5)
    assert table["designs_search"].item() == 2 and table["trainings"].item() == 24
    assert table["designs_fresh_seeds"].item() == 0 and np.isnan(table["hypervolume_fresh_seeds"].item())


def test_fresh_seeds_have_a_front_of_their_own():
    searched = run("a", [0.9, 0.8, 0.7], [100.0, 10.0, 1.0], [0.7, 0.75, NAN])
    front = front_of(searched.designs, "repeated_accuracy")
    assert front["edap_pj_ns_um2"].tolist() == [10.0] and front["error"].tolist() == [0.25]
    assert indicators([searched], SCALE)["designs_fresh_seeds"].item() == 1


def test_coverage_counts_what_is_no_better():
    better, worse = run("better", [0.9, 0.6], [10.0, 1.0]), run("worse", [0.9, 0.7, 0.5], [10.0, 5.0, 0.5])
    shares = coverage([better, worse], "accuracy")
    assert shares.loc["better", "worse"] == pytest.approx(1 / 3)  # equal is no better; 0.7 and 0.5 are
    assert shares.loc["worse", "better"] == pytest.approx(1 / 2)
    assert shares.loc["better", "better"] == shares.loc["worse", "worse"] == 1
    assert coverage([better, worse], "repeated_accuracy").isna().all(axis=None)


POINTS = st.lists(st.tuples(st.floats(0.1, 1), st.floats(1, 1e6)), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(POINTS, POINTS)
def test_indicators_agree_with_each_other(one, two):
    runs = [run(name, *map(list, zip(*points, strict=True))) for name, points in (("one", one), ("two", two))]
    shares, table = coverage(runs, "accuracy"), indicators(runs, SCALE)
    volumes = table["hypervolume_search"].tolist()
    assert all(0 <= volume <= 1.6 for volume in volumes)
    if shares.loc["one", "two"] == 1:  # all that the second dominates, the first does
        assert volumes[0] >= volumes[1] - 1e-12
    front = front_of(runs[0].designs, "accuracy")[["error", "edap_pj_ns_um2"]].to_numpy()
    assert moocore.is_nondominated(front).all()


def test_the_picture_shows_fresh_seeds_where_there_are_any_and_the_baseline(tmp_path):
    labels = Labels("digits", "VGG16", "xpert-rram", "chip", "differential", "default")
    row = pd.Series({"accuracy": 0.95, "repeated_accuracy": NAN, "edap_pj_ns_um2": 1e21})
    known = replace(run("a", [0.9], [1e20], [0.8]), baselines={"flash": row})
    plain = [run("a", [0.9], [1e20]), run("b", [0.8], [1e19])]
    picture(plain, SCALE, labels, tmp_path / "one.png")
    assert (tmp_path / "one.png").stat().st_size > 10_000
    with style.drawing(7.16):
        one, two = (comparison_figure(runs, SCALE, labels, 7.16) for runs in (plain, [known, plain[1]]))
    assert [axis.get_title() for axis in one.axes] == ["accuracy of the search (± s.e.)"]
    assert [axis.get_title() for axis in two.axes][1] == "over fresh seeds (± s.e.)"
    for figure in (one, two):
        assert figure.legends[0].get_texts()[-1].get_text() == "homogeneous VGG16, flash"
    stars = [line for line in two.axes[0].get_lines() if line.get_marker() == "*"]
    assert [list(star.get_ydata()) for star in stars] == [[95]]
    assert not [line for line in two.axes[1].get_lines() if line.get_marker() == "*"], "not measured again"
