import json
import re

from tests.analysis.report.found import found
from xpert_evo.analysis.report.page import FOLDER, SCRIPTS, linked, write_report


def test_ids_in_a_sentence_are_found():
    pieces = linked("The knee, 17cd.fd3, is 69x; 17cd.fd3x isn't.", {"17cd.fd3"})
    assert pieces == [("The knee, ", False), ("17cd.fd3", True), (", is 69x; 17cd.fd3x isn't.", False)]
    assert linked("It is 17cd.fd3.", {"17cd.fd3"})[1:] == [("17cd.fd3", True), (".", False)]
    assert linked("nothing", set()) == [("nothing", False)]


def test_what_a_folder_says_is_text_and_nothing_else(tmp_path):
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    run = found(title=evil, valid_for=evil, facts={evil: {evil: evil}}, sentences=[evil], network=evil)
    write_report(run, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text()
    assert "<script>alert" not in text and "<img" not in text.replace("<image", "")
    content = json.loads(re.search(r'id="content">(.*?)</script>', text, re.DOTALL)[1])
    assert content["network"] == evil


def test_every_script_and_no_other_is_in_the_page(tmp_path):
    write_report(found(), tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text()
    assert sorted(SCRIPTS) == sorted(path.stem for path in FOLDER.glob("*.js"))
    for script in SCRIPTS:
        assert (FOLDER / f"{script}.js").read_text().strip() in text


def test_scripts_make_no_markup_from_text():
    for path in FOLDER.glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|fetch\(|import ", path.read_text()
        )


def test_no_two_scripts_declare_a_name():
    """They are one program; a name declared twice would stop all of it."""
    declared = [
        name
        for path in FOLDER.glob("*.js")
        for name in re.findall(r"^(?:const|let|function|class) (\w+)", path.read_text(), re.MULTILINE)
    ]
    assert len(declared) > 50 and len(set(declared)) == len(declared)
