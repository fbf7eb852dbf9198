import os
from dataclasses import dataclass
from pathlib import Path

from xpert_evo.accuracy.estimators.base import AccuracyEstimate
from xpert_evo.design.designs import Design, homogeneous
from xpert_evo.search.workers import AccuracyTask, InProcess, LocalProcesses

TASKS = [AccuracyTask(str(bits), 0, homogeneous(adc_bits=bits), seed=bits) for bits in (3, 4, 5, 6)]


@dataclass
class Deadly:
    """Fails at 4 bits; at 5 bits its process dies, as often as `deaths` has room for."""

    deaths: Path
    often: int

    def estimate(self, design: Design, seed: int) -> AccuracyEstimate:
        bits = design.layers[0].adc_bits
        if bits == 4:
            raise MemoryError("too wide")
        if bits == 5 and len(list(self.deaths.iterdir())) < self.often:
            (self.deaths / str(os.getpid())).touch()
            os._exit(1)
        return AccuracyEstimate(bits / 10, 0.01, 100, 0.0)


def outcome(results) -> dict[str, float | str | None]:
    return {result.key: result.accuracy if result.ok else result.error for result in results}


def test_a_failure_is_a_result():
    results = outcome(InProcess(Deadly(Path(), often=0)).run([TASKS[0], TASKS[1]]))
    assert results == {"3": 0.3, "4": "MemoryError: too wide"}


def test_a_process_that_dies_once_costs_nothing(tmp_path):
    workers = LocalProcesses(Deadly(tmp_path, often=1), workers=2, threads=1)
    results = outcome(workers.run(TASKS))
    assert results == {"3": 0.3, "4": "MemoryError: too wide", "5": 0.5, "6": 0.6}
    workers.close()


def test_a_process_that_dies_again_is_recorded_and_the_rest_goes_on(tmp_path):
    workers = LocalProcesses(Deadly(tmp_path, often=99), workers=2, threads=1)
    results = outcome(workers.run(TASKS))
    assert results["5"] == "the worker process died twice"
    assert results["3"] == 0.3 and results["6"] == 0.6
    assert outcome(workers.run([TASKS[0]])) == {"3": 0.3}
    workers.close()
