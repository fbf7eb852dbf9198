"""Kendall's tau against what an estimate costs, and accuracies against each other."""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from benchmarks.proxies.study import reference as long_training
from xpert_evo.analysis.palette import COLOURS
from xpert_evo.analysis.style import STYLE, foot, save

QUICK = "36,000 images x 1, at least 16 channels"


def draw(reference: pd.DataFrame, scores: pd.DataFrame, table: pd.DataFrame, path: Path) -> None:
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, 3, figsize=(13, 4.6), layout="constrained", width_ratios=(1.6, 1, 1))
        _taus(axes[0], table)
        quick = scores[scores["proxy"] == QUICK].set_index("design")["score"].reindex(reference.index)
        few = reference["most_input_bits"] <= 4
        for held, colour, label in ((~few, COLOURS["front"], "more than 4"), (few, COLOURS["knee"], "at most 4")):
            axes[1].plot(100 * quick[held], 100 * reference["accuracy"][held], "o", color=colour, ms=4, label=label)
        axes[1].set(xlabel="quick proxy's accuracy (%)", ylabel="long training's accuracy (%)")
        axes[1].legend(frameon=False, fontsize=8, loc="lower right", title="input bits", title_fontsize=8)
        noise, exact = 100 * reference["noise_of_some"], 100 * reference["exact_of_some"]
        limits = (min(noise.min(), exact.min()) - 2, max(noise.max(), exact.max()) + 2)
        axes[2].plot(limits, limits, "-", color=COLOURS["dominated"], lw=1, zorder=0)
        axes[2].plot(noise, exact, "o", color=COLOURS["front"], ms=4)
        axes[2].set(xlabel="noise model's accuracy (%)", ylabel="exact accuracy (%)", xlim=limits, ylim=limits)
        settings = long_training.SETTINGS
        foot(
            figure,
            f"cifar10 · {len(reference)} designs of a first population · long training: {settings.train_images:,} "
            f"images x {settings.epochs}, {settings.width_factor:g} of the channels, {settings.resolution} x "
            f"{settings.resolution} · bars: 95 % of resamples of the designs",
        )
        save(figure, path)


def _taus(axis: plt.Axes, table: pd.DataFrame) -> None:
    names = [
        f"{row['proxy']}  ({row['seconds']:.1f} s)" if row["seconds"] else row["proxy"] for _, row in table.iterrows()
    ]
    for offset, subset, colour in (
        (0.15, "all", COLOURS["front"]),
        (-0.15, "similar EDAP", COLOURS["knee"]),
    ):
        middle = table[f"tau, {subset}"]
        bars = [middle - table[f"low, {subset}"], table[f"high, {subset}"] - middle]
        place = [-number + offset for number in range(len(table))]
        label = "all pairs" if subset == "all" else "pairs of similar EDAP"
        axis.errorbar(middle, place, xerr=bars, fmt="o", ms=4, capsize=2, color=colour, label=label)
    axis.set_yticks([-number for number in range(len(table))], names, fontsize=8)
    axis.set(xlabel="Kendall's tau with the long training", xlim=(None, 1))
    axis.legend(frameon=False, fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
