from dataclasses import dataclass, field

from xpert_evo.accuracy.estimators.base import AccuracyEstimate
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.search.workers.base import InProcess
from xpert_evo.search.workers.retries import TRIES
from xpert_evo.search.workers.tasks import AccuracyTask

TASKS = [AccuracyTask(str(bits), 0, homogeneous(adc_bits=bits), seed=bits) for bits in (3, 4, 5)]


@dataclass
class Failing:
    """Fails with `error` at 4 bits, so many times."""

    error: Exception
    times: int
    tried: list[int] = field(default_factory=list)

    def estimate(self, design: Design, seed: int) -> AccuracyEstimate:
        bits = design.layers[0].adc_bits
        self.tried.append(bits)
        if bits == 4 and self.tried.count(4) <= self.times:
            raise self.error
        return AccuracyEstimate(bits / 10, 0.01, 100, 0.0)


def run(estimator):
    return {result.key: result for result in InProcess(estimator).run(TASKS)}


def test_a_design_that_fails_is_a_result_at_once():
    estimator = Failing(ValueError("no such network"), times=99)
    results = run(estimator)
    assert (results["4"].status, results["4"].error) == ("failed", "ValueError: no such network")
    assert estimator.tried == [3, 4, 5] and results["3"].accuracy == 0.3


def test_what_the_machine_lost_is_tried_again_after_the_others():
    estimator = Failing(MemoryError("too wide"), times=TRIES - 1)
    results = run(estimator)
    assert (results["4"].status, results["4"].accuracy) == ("ok", 0.4)
    assert results["4"].error == "tried again after: MemoryError: too wide"
    assert estimator.tried == [3, 4, 5] + (TRIES - 1) * [4]
    assert results["5"].error is None


def test_what_the_machine_loses_every_time_is_lost_and_no_failure_of_the_design():
    estimator = Failing(OSError(28, "No space left on device"), times=99)
    lost = run(estimator)["4"]
    assert lost.status == "lost" and lost.accuracy is None
    assert lost.error == f"lost {TRIES} times: OSError: [Errno 28] No space left on device"
    assert estimator.tried.count(4) == TRIES


def test_a_design_that_fails_when_tried_again_is_its_own_failure():
    class Then(Failing):
        def estimate(self, design, seed):
            self.error = MemoryError("at first") if 4 not in self.tried else ValueError("then")
            return super().estimate(design, seed)

    result = run(Then(MemoryError(), times=99))["4"]
    assert result.status == "failed" and "ValueError: then" in str(result.error)


def test_a_stream_asks_for_more_when_what_ended_was_heard_of_and_tries_lost_ones_first():
    estimator, heard, waiting = Failing(MemoryError("too wide"), times=1), [], [*TASKS[::-1]]

    def source(free):
        assert free == 1
        return [waiting.pop()] if waiting else []

    for result in InProcess(estimator).stream(source):
        assert len(estimator.tried) == len(heard) + 1 + (result.error is not None or bool(heard and heard[-1] == "4"))
        heard.append(result.key)
    assert heard == ["3", "4", "5"] and estimator.tried == [3, 4, 4, 5]


def test_a_stream_gives_a_task_up_after_as_many_tries():
    tasks = [TASKS[1]]
    (lost,) = InProcess(Failing(MemoryError(), times=99)).stream(lambda free: [tasks.pop()] if tasks else [])
    assert lost.status == "lost" and lost.error.startswith(f"lost {TRIES} times: MemoryError")
