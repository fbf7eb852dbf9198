import pytest

from xpert_evo.analysis.medium import read_formats, read_width
from xpert_evo.errors import InputError


@pytest.mark.parametrize(
    ("text", "inches"),
    [("3.5in", 3.5), ("7.16 in", 7.16), ("8.9cm", 3.504), ("89mm", 3.504), (" 20in ", 20), ("83mm", 3.268)],
)
def test_a_width_is_read_in_inches(text, inches):
    assert read_width(text) == pytest.approx(inches, abs=1e-3)


@pytest.mark.parametrize(
    "text", ["0in", "wide", "", "3.5", "-3.5in", "1e1in", "3.5pt", "2in", "21in", "nanin", "9" * 5000]
)
def test_what_is_no_width_is_refused_with_what_is(text):
    with pytest.raises(InputError, match=r"--width .*3\.25in to 20in.*3\.5in, 8\.9cm or 89mm") as error:
        read_width(text)
    assert len(str(error.value)) < 300


def test_formats_are_read_each_once():
    assert read_formats("png") == ("png",)
    assert read_formats("pdf, SVG,png,pdf") == ("pdf", "svg", "png")


@pytest.mark.parametrize("text", ["bmp", "png,", "", "png;pdf", "png,bmp"])
def test_what_is_no_format_is_refused_with_what_is(text):
    with pytest.raises(InputError, match=r"--format .*png, pdf, svg are valid"):
        read_formats(text)
