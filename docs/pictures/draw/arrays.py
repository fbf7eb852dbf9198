"""What is searched: the whole idea in one picture, and what sharing an ADC means."""

from __future__ import annotations

from itertools import pairwise

from svg import AMBER, BLUE, FAINT, GREEN, INK, ORANGE, PALE, PURPLE, SKY, Picture

SHADES = (0, 2, 1, 1, 0, 2, 2, 1, 0, 1, 2)  # an arbitrary pattern of weights


def idea() -> Picture:
    """Network, crossbars, shared ADCs, genes, front."""
    picture = Picture(
        1200,
        440,
        "A network's weights lie on crossbars whose columns share ADCs; six genes a layer say how; the search "
        "returns a front of accuracy against EDAP",
    )
    titles = ((115, "A network"), (410, "on crossbars"), (725, "six genes a layer"), (1037, "a front of chips"))
    for x, title in titles:
        picture.text(x, 42, title, size=22, bold=True)
    _network(picture, 45, 78)
    picture.arrow([(205, 215), (258, 215)], width=2.5)
    _crossbar(picture, 300, 78)
    picture.arrow([(548, 215), (592, 215)], width=2.5)
    _genes(picture, 610, 78)
    picture.arrow([(852, 215), (892, 215)], width=2.5)
    _front(picture, 925, 78)
    for x, lines in (
        (115, ("13 convolutions of a", "VGG16-like network")),
        (410, ("cells hold weights, a column's", "current is a sum, ADCs read it")),
        (725, ("chosen for every layer,", "evolved together")),
        (1037, ("each dot is a network", "and the chip that runs it")),
    ):
        for number, line in enumerate(lines):
            picture.text(x, 390 + 24 * number, line, size=17)
    return picture


def _network(picture: Picture, x: float, y: float) -> None:
    """Layers as blocks: wide maps of few channels first, small maps of many channels last."""
    sizes = ((120, 8), (120, 8), (92, 13), (92, 13), (66, 18), (66, 18), (66, 18), (44, 24), (44, 24), (44, 24))
    top = y
    for number, (width, height) in enumerate(sizes):
        colour = SKY if number % 2 else BLUE
        picture.rect(x + 70 - width / 2, top, width, height, fill=colour, radius=2)
        top += height + 8
    picture.text(x + 70, top + 14, "cat, dog, ...", size=15, fill=INK)


def _crossbar(picture: Picture, x: float, y: float) -> None:
    pitch, columns, rows = 27, 8, 6
    picture.cells(x, y, columns, rows, pitch, fill=GREEN, shades=SHADES)
    for row in range(rows):
        middle = y + (row + 0.5) * pitch
        picture.arrow([(x - 34, middle), (x - 10, middle)])
    bottom = y + rows * pitch
    for group in range(2):
        left = x + group * 4 * pitch
        picture.path([(left + 0.5 * pitch, bottom + 9), (left + 3.5 * pitch, bottom + 9)], stroke=FAINT)
        picture.arrow([(left + 2 * pitch, bottom + 9), (left + 2 * pitch, bottom + 32)])
        picture.adc(left + 0.7 * pitch, bottom + 34, 2.6 * pitch, 30, size=16)
        picture.arrow([(left + 2 * pitch, bottom + 64), (left + 2 * pitch, bottom + 84)])
    picture.text(x + 4 * pitch, bottom + 106, "4 columns share an ADC", size=16, fill=ORANGE, bold=True)


def _genes(picture: Picture, x: float, y: float) -> None:
    rows = (
        ("channels", "96", BLUE),
        ("input bits", "3", BLUE),
        ("weight bits", "5", BLUE),
        ("ADC bits", "4", ORANGE),
        ("columns an ADC", "4", ORANGE),
        ("ADC type", "SAR", ORANGE),
    )
    for number, (name, value, colour) in enumerate(rows):
        top = y + 44 * number
        picture.rect(x, top, 230, 36, fill=PALE, radius=8)
        picture.text(x + 14, top + 24, name, size=18, anchor="start")
        picture.rect(x + 160, top + 4, 60, 28, fill=colour, radius=6)
        picture.text(x + 190, top + 24, value, size=17, fill="#ffffff", bold=True)
    picture.text(x + 115, y + 284, "layer 1 of 13", size=16, fill=FAINT)


def _front(picture: Picture, x: float, y: float) -> None:
    """Accuracy upwards, EDAP to the right: what dominates stands up and left."""
    bottom, right = y + 245, x + 235
    picture.arrow([(x, bottom), (x, y - 4)])
    picture.arrow([(x, bottom), (right, bottom)])
    picture.text(x + 12, y + 2, "accuracy", size=16, anchor="start")
    picture.text(x + 118, bottom + 24, "EDAP (log), less is better", size=16)
    dots = [(x + 28, y + 205), (x + 45, y + 150), (x + 72, y + 102), (x + 108, y + 72), (x + 160, y + 52)]
    steps = [dots[0]]
    for (_, above), (next_x, next_y) in pairwise(dots):
        steps += [(next_x, above), (next_x, next_y)]
    picture.path(steps, stroke=BLUE, width=2)
    for dot_x, dot_y in ((95, 150), (130, 120), (150, 165), (185, 110), (120, 195), (80, 190), (200, 170), (175, 205)):
        picture.circle(x + dot_x, y + dot_y, 4, fill="#c3c7cb")
    for dot in dots:
        picture.circle(*dot, 6, fill=BLUE)
    picture.circle(x + 205, y + 56, 8, fill=AMBER)
    picture.text(x + 228, y + 84, "VGG16", size=15, anchor="end", fill=INK)
    picture.circle(*dots[2], 11, stroke=ORANGE, fill="none")
    picture.text(x + 66, y + 78, "knee", size=15, anchor="end", fill=ORANGE, bold=True)


def sharing() -> Picture:
    """Eight columns with an ADC for two, and with one for eight."""
    picture = Picture(
        900, 400, "Eight columns: with column sharing 2 four ADCs take two turns, with 8 one ADC takes eight turns"
    )
    for left, share in ((75, 2), (515, 8)):
        pitch, columns, rows = 38, 8, 4
        picture.text(left + 4 * pitch, 38, f"column sharing {share}", size=20, bold=True)
        picture.cells(left, 58, columns, rows, pitch, fill=GREEN, shades=SHADES)
        for row in range(rows):
            middle = 58 + (row + 0.5) * pitch
            picture.arrow([(left - 42, middle), (left - 14, middle)])
        bottom = 58 + rows * pitch
        for group in range(columns // share):
            start = left + group * share * pitch
            middle = start + share * pitch / 2
            ends = (start + 0.5 * pitch, start + (share - 0.5) * pitch)
            picture.path([(x, bottom + 12) for x in ends], stroke=FAINT)
            picture.arrow([(middle, bottom + 12), (middle, bottom + 34)])
            picture.adc(middle - 34, bottom + 36, 68, 34, size=16)
        area, turns = columns // share, share
        words = f"{area} ADCs, {turns} turns each" if area > 1 else f"1 ADC, {turns} turns"
        picture.text(left + 4 * pitch, bottom + 104, words, size=18)
        side = 26
        for number in range(area):
            picture.rect(left + number * (side + 4), bottom + 124, side, side, fill=ORANGE, radius=3)
        picture.text(left, bottom + 172, "area of ADCs", size=15, anchor="start", fill=INK)
        for number in range(turns):
            picture.rect(left + 160 + number * 20, bottom + 124, 16, side, fill=PURPLE, radius=3)
        picture.text(left + 160, bottom + 172, "time", size=15, anchor="start", fill=INK)
    return picture
