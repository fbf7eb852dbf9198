import importlib.util

import pytest
import torch
from torch import nn

from xpert_evo.errors import InputError
from xpert_evo.export.onnx_model import require_onnx, write_onnx


class Small(nn.Module):
    """One convolution with what plain networks are made of."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(2, 5, 3, padding=1)
        self.normalisation = nn.BatchNorm2d(5)

    def forward(self, x):
        return self.normalisation(self.convolution(x.clamp(0.0, 0.7))).relu().mean(dim=(2, 3))


def test_a_missing_extra_is_one_line(monkeypatch):
    there = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "onnxruntime" else there("json"))
    with pytest.raises(InputError, match=r"--onnx: onnxruntime isn't installed; pip install xpert-evo\[onnx\]"):
        require_onnx()


def test_onnxruntime_computes_what_torch_does(tmp_path, monkeypatch):
    pytest.importorskip("onnxscript")
    onnxruntime = pytest.importorskip("onnxruntime")
    require_onnx()
    torch.manual_seed(0)
    network = Small().eval()

    difference = write_onnx(network, tmp_path / "network.onnx", image=(2, 8, 8))

    assert 0 <= difference <= 1e-5
    session = onnxruntime.InferenceSession(tmp_path / "network.onnx")
    images = torch.rand(7, 2, 8, 8)
    (logits,) = session.run(["logits"], {"images": images.numpy()})
    torch.testing.assert_close(torch.from_numpy(logits), network(images).detach())

    monkeypatch.setattr(torch.onnx, "export", lambda *_, **__: None)  # the file stays that of the other network
    with pytest.raises(RuntimeError, match=r"network.onnx: onnxruntime's logits differ from torch's by .*above 0.0001"):
        write_onnx(Small().eval(), tmp_path / "network.onnx", image=(2, 8, 8))
