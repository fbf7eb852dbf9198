"""How weights lie in cells, and what an ADC makes of a column."""

from __future__ import annotations

from math import exp, sqrt

from svg import AMBER, BLUE, FAINT, GREEN, INK, ORANGE, PALE, PURPLE, Picture

WEIGHTS = (53, -53)
MINUS = "−"


def _digits(value: int) -> tuple[int, int]:
    """Of a number of 8 bits, in two cells of 4."""
    return value // 16, value % 16


def _held(encoding: str, weight: int) -> list[tuple[int, int]]:
    """Columns that hold a weight, two cells each."""
    if encoding == "offset":
        return [_digits(weight + 128)]
    if encoding == "reference column":
        return [_digits(weight + 8 * 17), (8, 8)]
    return [_digits(max(weight, 0)), _digits(max(-weight, 0))]


def encodings() -> Picture:
    """The same two weights in three encodings."""
    picture = Picture(960, 470, "The weights 53 and -53 in two cells of four bits each, in three encodings")
    panels = (
        ("offset", "weight + 128 in unsigned cells;", "128 times the inputs' sum is", "taken off digitally"),
        ("reference column", "digits + 8; one column of 8s", "a crossbar is subtracted", "before every ADC"),
        ("differential", "the amount on one side of a", "pair, which side is the sign;", "the pair is subtracted"),
    )
    for number, (name, *lines) in enumerate(panels):
        left = 20 + 312 * number
        picture.rect(left, 20, 296, 430, fill="#fafbfc", stroke="#d0d7de", radius=10)
        picture.text(left + 148, 54, name, size=20, bold=True)
        for row, line in enumerate(lines):
            picture.text(left + 148, 82 + 21 * row, line, size=16)
        for row, weight in enumerate(WEIGHTS):
            _weight(picture, left, 150 + 146 * row, name, weight)
    return picture


def _weight(picture: Picture, left: float, top: float, name: str, weight: int) -> None:
    columns = _held(name, weight)
    picture.text(left + 22, top + 47, f"{weight:+d}".replace("-", MINUS), size=20, anchor="start", bold=True)
    wide, gap = 84, 24
    start = left + 88 if len(columns) == 2 else left + 128
    for position, cells in enumerate(columns):
        x = start + position * (wide + gap)
        colour = FAINT if name == "reference column" and position else GREEN
        for digit, value in enumerate(cells):
            picture.rect(x + digit * 42, top + 18, 40, 44, fill=colour, radius=4)
            picture.text(x + digit * 42 + 20, top + 47, str(value), size=19, fill="#ffffff", bold=True)
        if position:
            picture.text(x - gap / 2, top + 47, MINUS, size=22, bold=True)
    high, low = (columns[0][i] - (columns[1][i] if len(columns) == 2 else 0) for i in (0, 1))
    sum_ = 16 * high + low
    sign = "+" if low >= 0 else "-"
    picture.text(left + 148, top + 92, f"{high} · 16 {sign} {abs(low)} = {sum_}".replace("-", MINUS), size=16)
    if name == "offset":
        picture.text(left + 148, top + 116, f"{sum_} - 128 = {weight}".replace("-", MINUS), size=16)


def slices() -> Picture:
    """A weight's two slices, an input's bits, and the shift-adds that put the sums together."""
    picture = Picture(900, 400, "Inputs come in bit by bit, weights lie in slices, every pair is converted and shifted")
    for x, title in ((110, "inputs, bit by bit"), (375, "weights, in slices"), (760, "sums, put together")):
        picture.text(x, 40, title, size=19, bold=True)
    for row, bits in enumerate(("101", "011", "110", "001")):
        y = 78 + 42 * row
        for position, bit in enumerate(bits):
            filled = bit == "1"
            x = 40 + 40 * position
            picture.rect(x, y, 34, 30, fill=BLUE if filled else PALE, radius=4)
            picture.text(x + 17, y + 21, bit, size=17, fill="#ffffff" if filled else INK)
        picture.arrow([(166, y + 15), (212, y + 15)])
    picture.text(97, 270, "3-bit inputs take 3 turns", size=16)
    picture.cells(230, 72, 2, 4, 42, fill=GREEN, shades=(2, 0, 1, 2, 0, 1, 2, 1))
    picture.cells(400, 72, 2, 4, 42, fill=GREEN, shades=(0, 2, 2, 1, 1, 0, 2, 2))
    picture.text(272, 264, "weight 1", size=16)
    picture.text(442, 264, "weight 2", size=16)
    for x in (230, 400):
        picture.arrow([(x + 21, 272), (x + 21, 294)])
        picture.arrow([(x + 63, 272), (x + 63, 294)])
        picture.text(x + 21, 314, "high", size=15)
        picture.text(x + 63, 314, "low", size=15)
        picture.adc(x + 4, 324, 76, 34, size=16)
    picture.arrow([(500, 341), (598, 341), (598, 268)])
    picture.text(375, 384, "an ADC turns every column's sum into one of 2^bits levels", size=16)
    for row, line in enumerate(("high slice: times 16", "2nd input bit: times 2", "3rd input bit: times 4")):
        y = 82 + 46 * row
        picture.rect(620, y, 255, 36, fill=PALE, radius=8)
        picture.text(636, y + 24, line, size=17, anchor="start")
    picture.path([(598, 268), (598, 238)], stroke=INK)
    picture.rect(570, 226, 305, 42, fill=AMBER, radius=8)
    picture.text(722, 253, "shift and add, digitally", size=18, bold=True)
    picture.arrow([(740, 268), (740, 308)])
    picture.text(740, 332, "the convolution's output", size=17)
    return picture


def levels() -> Picture:
    """The same distribution of sums under few and under many levels."""
    picture = Picture(900, 360, "Partial sums and the levels of an ADC of 3 bits and of 5 bits")
    for left, bits in ((50, 3), (480, 5)):
        count, width, bottom = 2**bits, 370, 245
        picture.text(left + width / 2, 40, f"{bits}-bit ADC: {count} levels", size=20, bold=True)
        picture.path([(left, bottom), (left + width, bottom)], stroke=INK)
        heights = [(x, exp(-(((x - width / 2) / 62) ** 2) / 2)) for x in range(0, width + 1, 5)]
        outline = [(left + x, bottom - 150 * height) for x, height in heights]
        picture.path(outline, stroke=BLUE, fill="#d6e8f4", width=2)
        first, last = left + 50, left + width - 50
        for level in range(count):
            x = first + level * (last - first) / (count - 1)
            picture.path([(x, bottom), (x, bottom + 14)], stroke=ORANGE, width=2)
        step = (last - first) / (count - 1)
        picture.text(left + width / 2, 288, "sums of a column, and the levels they become", size=16)
        error = step / (62 * sqrt(12))
        words = f"rounding error: {100 * error:.0f} % of the sums' spread"
        picture.text(left + width / 2, 322, words, size=17, fill=ORANGE, bold=True)
        picture.text(left + 262, 108, "how often", size=15, anchor="start", fill=PURPLE)
    return picture
