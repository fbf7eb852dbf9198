import matplotlib.pyplot as plt
import pytest

from xpert_evo.analysis import training_curves as pictures

ROWS = (
    "epoch,fidelity,train_loss,validation_accuracy,seconds\n1,float,2.0,0.3,1\n2,float,1.5,0.5,1\n3,noise,1.2,0.6,1\n"
)


@pytest.mark.parametrize("epochs", [1, 3])
def test_the_picture_says_which_fidelity_it_shows(tmp_path, monkeypatch, epochs):
    shown = []
    monkeypatch.setattr(plt, "close", shown.append)
    (tmp_path / "curves.csv").write_text("\n".join(ROWS.split("\n")[: epochs + 1]) + "\n")

    pictures.training_curves(tmp_path / "curves.csv", tmp_path / "curves.png", title="a design", valid="a preset")

    assert (tmp_path / "curves.png").stat().st_size > 10_000
    loss, accuracy = shown[0].axes
    names = [text.get_text().split(":")[0] for text in accuracy.get_legend().get_texts()]
    assert names == (["float"] if epochs == 1 else ["float", "noise"])
    if epochs == 3:
        float_line = accuracy.get_lines()[1]
        assert list(float_line.get_ydata()) == [30, 50]
        assert list(loss.get_lines()[2].get_ydata()) == [1.2]
