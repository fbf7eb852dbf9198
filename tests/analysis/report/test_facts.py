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


def test_a_steady_run_on_a_machine_that_failed_says_both():
    counts = {"generations": 38, "evaluations": 90, "distinct_trainings": 40, "repeated_trainings": 6}
    run = {
        "counts": counts | {"failed_trainings": 1, "lost_trainings": 2},
        "machine": {"platform": "Linux", "processor": "some", "cores": 2, "python": "3.11"},
        "resources": {"device": "cpu", "workers": 1, "threads": 2, "ray": None},
        "version": "0",
        "training_seconds": 10.0,
    }
    steady = PROBLEM | {"search": PROBLEM["search"] | {"mode": "steady"}}
    facts = run_facts(steady, run, LABELS, seed="1", seconds=1.0, trained=40)["Run"]
    assert facts["trainings"].startswith("40 distinct, 6 repeated, 1 failed, 2 lost to the machine; 10 s")
    assert facts["evaluations"] == "90 designs in 38 steady choices"
    assert facts["resources"] == "cpu, 1 worker, 2 threads each"
