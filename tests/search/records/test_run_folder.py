"""A run's folder as a process may leave it that was killed at any moment of its beginning."""

import pytest

from xpert_evo.errors import InputError
from xpert_evo.search.records.accuracies import StoredAccuracy
from xpert_evo.search.records.run_folder import discard_if_empty, existing_store, open_run, require_free

PROBLEM = 'dataset = "digits"\n[search]\ntrainings = 40\ngenerations = 200\npopulation = 12\n'
OTHER = PROBLEM.replace("digits", "cifar10")


def free(out, *, resume=False, problem=PROBLEM, seed=1):
    require_free(out, problem, seed=seed, resume=resume, resolve=lambda path: path.read_text())


def opened(out, problem=PROBLEM, *, seed=1):
    return open_run(out, problem, seed=seed, resolve=lambda path: path.read_text())[0]


def test_a_run_that_found_nothing_counts_as_new(tmp_path):
    out = tmp_path / "run"
    opened(out).close()
    free(out, problem=OTHER, seed=2)
    opened(out, OTHER, seed=2).close()
    assert (out / "problem.toml").read_text() == OTHER and existing_store(out).seed() == 2
    (out / "store.sqlite").write_bytes(b"")
    free(out)
    discard_if_empty(out)
    assert not out.exists()


def test_one_that_was_killed_while_it_wrote_its_problem_counts_as_new_and_is_tidied_up(tmp_path):
    (tmp_path / ".unfinished-123-problem.toml").write_text(PROBLEM[:9])
    free(tmp_path)
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / ".unfinished-123-fronts.png").write_bytes(b"x")
    opened(tmp_path).close()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["plots", "problem.toml", "store.sqlite"]


def test_a_run_that_found_something_does_not(tmp_path):
    out = tmp_path / "run"
    store = opened(out)
    store.add_accuracy(StoredAccuracy("key", 0, "failed", error="x"))
    store.close()
    with pytest.raises(InputError, match="--resume"):
        free(out)
    free(out, resume=True)
    discard_if_empty(out)
    assert (out / "store.sqlite").exists()


def test_a_problem_alone_may_be_its_users(tmp_path):
    (tmp_path / "problem.toml").write_text(PROBLEM)
    with pytest.raises(InputError, match="--resume"):
        free(tmp_path)
    free(tmp_path, resume=True)


def test_a_problem_that_is_the_same_is_not_written_again(tmp_path):
    opened(tmp_path).close()
    (tmp_path / "problem.toml").chmod(0o444)
    before = (tmp_path / "problem.toml").stat()
    opened(tmp_path).close()
    after = (tmp_path / "problem.toml").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
