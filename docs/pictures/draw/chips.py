"""How layers are put on chips, and what accuracies a design gets on its way."""

from __future__ import annotations

from svg import AMBER, BLUE, FAINT, GREEN, INK, ORANGE, PALE, SKY, Picture


def network_models() -> Picture:
    """`xpertsim`: a chip a layer beside a filler; `chip`: all layers on one."""
    picture = Picture(900, 400, "xpertsim puts each layer on a chip of its own beside a filler, chip puts all on one")
    picture.text(225, 40, "xpertsim", size=21, bold=True)
    picture.text(225, 66, "the original's, for comparison", size=16)
    for number in range(6):
        left, top = 40 + 128 * (number % 3), 90 + 118 * (number // 3)
        picture.rect(left, top, 114, 100, fill=PALE, stroke=FAINT, radius=6)
        tiles = (4, 4, 3, 3, 2, 2)[number]
        for tile in range(tiles):
            picture.rect(left + 10 + 24 * (tile % 2), top + 10 + 24 * (tile // 2), 20, 20, fill=BLUE, radius=2)
        picture.rect(left + 64, top + 10, 40, 44, stroke=FAINT, dashed=True, radius=3)
        picture.text(left + 84, top + 37, "filler", size=13)
        picture.text(left + 57, top + 84, f"layer {number + 1}", size=15)
    picture.text(225, 348, "... 13 chips; every digital cycle", size=16)
    picture.text(225, 371, "waits for the ADC", size=16)
    picture.path([(450, 30), (450, 370)], stroke="#d0d7de")
    picture.text(675, 40, "chip", size=21, bold=True)
    picture.text(675, 66, "the default", size=16)
    picture.rect(500, 90, 350, 218, fill=PALE, stroke=FAINT, radius=8)
    colours = (BLUE, SKY, GREEN)
    for number in range(24):
        colour = colours[(number // 5) % 3]
        picture.rect(516 + 28 * (number % 8), 106 + 28 * (number // 8), 22, 22, fill=colour, radius=2)
    for x, y, width, words, colour in (
        (516, 206, 206, "wires between tiles (H-tree)", INK),
        (516, 254, 150, "adders, ReLU, pooling", INK),
    ):
        picture.rect(x, y, width + 16, 36, fill="#ffffff", stroke=FAINT, radius=5)
        picture.text(x + (width + 16) / 2, y + 24, words, size=15, fill=colour)
    picture.rect(752, 106, 84, 184, fill=AMBER, radius=5)
    picture.text(794, 194, "global", size=16)
    picture.text(794, 214, "buffer", size=16)
    picture.text(675, 348, "all layers on one chip, each on tiles of its own;", size=16)
    picture.text(675, 371, "a digital clock beside the ADCs'", size=16)
    return picture


def accuracies() -> Picture:
    """Ever fewer designs, ever better accuracies."""
    picture = Picture(960, 410, "A design's accuracies: predictor, proxy, fresh seeds, promotion, training, audit")
    stages = (
        ("predicted", "from trainings so far", "20,000 a generation", "milliseconds", 300, FAINT),
        ("proxy training", "of a narrow network, once", "40 in a quick search", "12 s", 262, SKY),
        ("fresh seeds", "the same, three times more", "the front, about 10", "35 s", 224, SKY),
        ("promotion", "ten times the epochs", "3", "2 min", 186, BLUE),
        ("training", "of the network itself", "1", "an hour", 148, GREEN),
        ("audit", "of every conversion", "1", "minutes", 148, ORANGE),
    )
    for x, head, anchor in ((24, "accuracy by", "start"), (640, "designs", "middle"), (860, "time for one", "middle")):
        picture.text(x, 38, head, size=17, anchor=anchor, bold=True)
    for number, (name, how, count, cost, width, colour) in enumerate(stages):
        top = 56 + 56 * number
        picture.rect(24, top, width, 44, fill=colour, radius=6)
        words = INK if colour in (SKY, FAINT) else "#ffffff"
        picture.text(38, top + 28, name, size=17, anchor="start", bold=True, fill=words)
        picture.text(340, top + 28, how, size=16, anchor="start")
        picture.text(640, top + 28, count, size=16)
        picture.text(860, top + 28, cost, size=16)
    return picture
