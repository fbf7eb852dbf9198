"""What a search says of its trainings before the first one."""

from __future__ import annotations

import pytest

from xpert_evo.accuracy.training import arithmetic
from xpert_evo.accuracy.training.arithmetic import INSTEAD
from xpert_evo.search.progress import Silent
from xpert_evo.workflows.estimator import proxy_estimator
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.resources import Resources


class Heard(Silent):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)


@pytest.mark.parametrize(
    ("asked", "instructions", "said"), [(True, [], True), (True, ["avx512_bf16"], False), (False, [], False)]
)
def test_float32_in_place_of_bfloat16_is_said(problem: Problem, monkeypatch, asked, instructions, said) -> None:
    monkeypatch.setattr(arithmetic, "bfloat16_instructions", lambda: instructions)
    heard = Heard()

    proxy_estimator(problem.with_proxy(bfloat16=asked), Resources(), progress=heard)

    assert (INSTEAD in heard.lines) == said


def test_of_a_clusters_processors_nothing_is_said(problem: Problem, monkeypatch) -> None:
    monkeypatch.setattr(arithmetic, "bfloat16_instructions", lambda: [])
    heard = Heard()

    proxy_estimator(problem.with_proxy(bfloat16=True), Resources(ray="auto"), progress=heard)

    assert INSTEAD not in heard.lines
