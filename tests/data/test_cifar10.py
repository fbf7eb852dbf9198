"""CIFAR-10 from a folder of the original layout with a few images a batch file."""

import hashlib
import pickle
import shutil
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest

from xpert_evo.data import cifar10
from xpert_evo.data.locations import silent
from xpert_evo.errors import InputError

FOLDER = "cifar-10-batches-py"


def write_pickle(file: Path, content: object) -> str:
    """Writes it and returns its md5."""
    file.write_bytes(pickle.dumps(content, protocol=2))
    return hashlib.md5(file.read_bytes()).hexdigest()


@pytest.fixture
def small(tmp_path, monkeypatch):
    """(root, files): a root with two training batches of 4 and 3 images, a test batch of 2, and their md5s."""
    monkeypatch.delenv("XPERT_EVO_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "somewhere"
    folder = root / FOLDER
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    md5s = {}
    for name, count in (("data_batch_1", 4), ("data_batch_2", 3), ("test_batch", 2)):
        data = rng.integers(0, 256, (count, 3 * 32 * 32), dtype=np.uint8)
        md5s[name] = write_pickle(folder / name, {"data": data, "labels": rng.integers(0, 10, count).tolist()})
    meta = write_pickle(folder / "batches.meta", {"label_names": list("abcdefghij")})
    files = {
        "train_list": [[name, md5s[name]] for name in ("data_batch_1", "data_batch_2")],
        "test_list": [["test_batch", md5s["test_batch"]]],
        "meta": {"filename": "batches.meta", "key": "label_names", "md5": meta},
    }
    return root, files


def load(root, files, *, train=True, download=False, say=silent):
    return cifar10.load(train=train, root=root, download=download, say=say, files=files)


def test_reads_both_parts_in_the_order_of_the_files(small):
    root, files = small
    for train, names in ((True, ["data_batch_1", "data_batch_2"]), (False, ["test_batch"])):
        images = load(root, files, train=train)
        batches = [pickle.loads((root / FOLDER / name).read_bytes()) for name in names]
        expected = np.concatenate([batch["data"] for batch in batches]).reshape(-1, 3, 32, 32)
        assert np.array_equal(images.pixels, expected)
        assert images.pixels.flags.c_contiguous
        assert images.labels.tolist() == [label for batch in batches for label in batch["labels"]]


def test_looks_in_the_variable_then_in_data(small, monkeypatch, tmp_path):
    root, files = small
    monkeypatch.setenv("XPERT_EVO_DATA", str(root))
    assert len(load(None, files)) == 7
    monkeypatch.setenv("XPERT_EVO_DATA", str(tmp_path / "elsewhere"))
    with pytest.raises(InputError, match="CIFAR-10 not found"):
        load(None, files)
    root.rename(tmp_path / "data")
    assert len(load(None, files)) == 7
    monkeypatch.delenv("XPERT_EVO_DATA")
    assert len(load(None, files)) == 7


@pytest.mark.parametrize(
    ("place", "root_below"),
    [
        (FOLDER, FOLDER),
        (f"{FOLDER}/{FOLDER}", ""),
        (f"{FOLDER}/{FOLDER}", FOLDER),
        (f"cifar-10-python/{FOLDER}", ""),
        (f"cifar10/{FOLDER}", ""),
    ],
)
def test_the_folder_itself_and_one_level_down(small, monkeypatch, tmp_path, place, root_below):
    root, files = small
    expected = load(root, files)
    moved = tmp_path / "moved"
    shutil.copytree(root / FOLDER, moved / place)
    (moved / "cifar-10-python.tar.gz").write_bytes(b"archive")
    images = load(moved / root_below, files)
    assert np.array_equal(images.pixels, expected.pixels)
    assert images.labels.tolist() == expected.labels.tolist()
    monkeypatch.setenv("XPERT_EVO_DATA", str(moved / root_below))
    assert len(load(None, files, train=False)) == 2


def test_an_incomplete_folder_itself_is_named(small):
    root, files = small
    (root / FOLDER / "data_batch_2").unlink()
    with pytest.raises(InputError, match=rf"incomplete: {root / FOLDER / 'data_batch_2'} not found"):
        load(root / FOLDER, files)


def test_the_rest_of_another_download_is_not_the_folder(small, monkeypatch):
    _, files = small

    def extract(url, folder, filename, md5):
        (Path(folder) / FOLDER).mkdir()
        (Path(folder) / FOLDER / "data_batch_1").write_bytes(b"half")
        with pytest.raises(InputError, match="CIFAR-10 not found"):
            load(None, files)
        raise EOFError

    monkeypatch.setattr("torchvision.datasets.utils.download_and_extract_archive", extract)
    with pytest.raises(InputError, match="its download failed"):
        load(None, files, download=True)


@pytest.mark.parametrize("name", [FOLDER, f"{FOLDER}/data_batch_2", f"{FOLDER}/batches.meta"])
def test_what_cannot_be_read_is_named_with_the_reason(small, close, name):
    root, files = small
    close(root / name)
    with pytest.raises(InputError, match=rf"^{root / name}.*: cannot .* \(Permission denied\)$"):
        load(root, files)


def test_a_folder_in_place_of_a_file_is_named(small):
    root, files = small
    file = root / FOLDER / "test_batch"
    file.unlink()
    file.mkdir()
    with pytest.raises(InputError, match=rf"^{file}: cannot read it \(Is a directory\)$"):
        load(root, files)


@pytest.mark.parametrize("name", ["data_batch_2", "test_batch", "batches.meta"])
def test_a_truncated_file_is_named_with_both_md5s(small, name):
    root, files = small
    file = root / FOLDER / name
    expected = hashlib.md5(file.read_bytes()).hexdigest()
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(InputError) as error:
        load(root, files, download=True)
    message = str(error.value)
    assert "corrupted" in message and "not found" not in message and "\n" not in message
    for part in (str(file), f"{file.stat().st_size:,} bytes", expected, "delete"):
        assert part in message
    assert hashlib.md5(file.read_bytes()).hexdigest() in message


@pytest.mark.parametrize("name", ["data_batch_1", "test_batch", "batches.meta"])
def test_a_missing_file_is_named(small, name):
    root, files = small
    (root / FOLDER / name).unlink()
    with pytest.raises(InputError, match=f"incomplete: .*{name} not found; delete") as error:
        load(root, files, download=True)
    assert "corrupted" not in str(error.value)


def test_an_unchecked_file_is_never_unpickled(small, tmp_path):
    root, files = small

    class Harmful:
        def __reduce__(self):
            return Path.touch, (tmp_path / "harm",)

    for name in ("data_batch_1", "batches.meta"):
        write_pickle(root / FOLDER / name, Harmful())
    with pytest.raises(InputError, match="corrupted"):
        load(root, files)
    assert not (tmp_path / "harm").exists()


def test_the_official_md5s_are_the_default(small):
    with pytest.raises(InputError, match=r"data_batch_1 .*expected c99cafc152244af753f735de768cd75f"):
        load(small[0], None)


def test_not_found_and_no_download_says_where_it_looked_and_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XPERT_EVO_DATA", "/nowhere")
    with pytest.raises(InputError) as error:
        load(None, None)
    message = str(error.value)
    for part in (
        "not found",
        f"no folder {FOLDER} in /nowhere (XPERT_EVO_DATA) or {tmp_path / 'data'}, nor one with its files a level down",
        "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    ):
        assert part in message
    assert "\n" not in message
    assert not (tmp_path / "data").exists()


def test_found_nowhere_is_downloaded_into_data_after_saying_so(small, monkeypatch, tmp_path):
    root, files = small
    said = []

    def extract(url, folder, filename, md5):
        assert said, "announced before it starts"
        shutil.copytree(root / FOLDER, Path(folder) / FOLDER)

    monkeypatch.setattr("torchvision.datasets.utils.download_and_extract_archive", extract)
    monkeypatch.setenv("XPERT_EVO_DATA", str(tmp_path / "elsewhere"))
    assert len(load(None, files, download=True, say=said.append)) == 7
    assert len(said) == 1 and "downloading https://" in said[0] and str(tmp_path / "data") in said[0]
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FOLDER]
    assert len(load(None, files, download=True, say=said.append)) == 7
    assert len(said) == 1, "found the second time"


@pytest.mark.parametrize("failure", [URLError("no\nroute"), RuntimeError("File not found or corrupted."), EOFError()])
def test_a_failed_download_is_one_line_and_leaves_nothing(small, monkeypatch, tmp_path, failure):
    def fail(url, folder, filename, md5):
        (Path(folder) / filename).write_bytes(b"half")
        raise failure

    monkeypatch.setattr("torchvision.datasets.utils.download_and_extract_archive", fail)
    with pytest.raises(InputError, match=r"not found .*data .*its download failed \(.+\); extract") as error:
        load(None, small[1], download=True)
    assert "\n" not in str(error.value)
    assert list((tmp_path / "data").iterdir()) == []
