import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from xpert_evo.analysis import style
from xpert_evo.analysis.training_curves import curves_figure, training_curves

ROWS = (
    "epoch,fidelity,train_loss,validation_accuracy,seconds\n1,float,2.0,0.3,1\n2,float,1.5,0.5,1\n3,noise,1.2,0.6,1\n"
)


@pytest.mark.parametrize("epochs", [1, 3])
def test_the_picture_says_which_fidelity_it_shows(tmp_path, epochs):
    (tmp_path / "curves.csv").write_text("\n".join(ROWS.split("\n")[: epochs + 1]) + "\n")

    training_curves(tmp_path / "curves.csv", tmp_path / "curves.png", title="a design", valid="a preset")
    with style.drawing(3.5):
        figure = curves_figure(pd.read_csv(tmp_path / "curves.csv"), 3.5, title="a design", valid="a preset")

    assert (tmp_path / "curves.png").stat().st_size > 10_000
    loss, accuracy = figure.axes
    names = [text.get_text().split(":")[0] for text in figure.legends[0].get_texts()]
    assert names == (["float"] if epochs == 1 else ["float", "noise"])
    assert accuracy.get_ylabel().replace("\n", " ") == "accuracy on held-out training images (%)"
    assert "cross-entropy" in loss.get_ylabel()
    if epochs == 3:
        float_line, noise_line = accuracy.get_lines()[1:]
        assert list(float_line.get_ydata()) == [30, 50]
        assert float_line.get_marker() != noise_line.get_marker()
        hollow, full = (grey(line.get_markerfacecolor()) for line in (float_line, noise_line))
        assert hollow - full > 0.5, "told apart where colours aren't printed and markers are small"
        assert list(loss.get_lines()[2].get_ydata()) == [1.2]


def grey(colour: str) -> float:
    """What a print in grey makes of a colour: 0 is black."""
    return float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)))
