from tests.analysis.test_front import LABELS
from tests.conftest import small_problem
from xpert_evo.analysis.report.facts import run_facts

PROBLEM = small_problem().model_dump(mode="json", exclude_none=True)


def test_an_unfinished_run_says_how_far_it_got():
    facts = run_facts(PROBLEM, None, LABELS, seed="7", seconds=75.2, trained=12)
    assert facts["Run"]["state"] == "not finished: 12 of 40 trainings so far; fresh seeds come last"
    assert facts["Run"]["seed"] == "7" and facts["Run"]["seconds"] == "75 (0:01:15)"
    assert facts["Chip"] == {
        "hardware preset": "xpert-rram",
        "network model": "xpertsim",
        "weight encoding": "offset",
        "activity": "default",
    }
    assert "adc bits 3, 4, 5, 6, 7, 8" in facts["Searched"]["genes"]
    assert facts["Accuracy"]["proxy"].startswith("1,000 images of 16 x 16 pixels, 3 times; ")
