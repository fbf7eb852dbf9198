"""Single image files: what their headers tell, and what becomes of their pixels."""

import numpy as np
import pytest
from PIL import Image

from xpert_evo.data.image_files import form_of, pixels_of
from xpert_evo.errors import InputError


def saved(path, pixels, **options):
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(path, **options)
    return path


def read(path, side=16, channels=3):
    return pixels_of(path, path.read_bytes(), side, channels)


@pytest.mark.parametrize(
    ("mode", "grey", "transparent"),
    [
        ("1", True, False),
        ("L", True, False),
        ("LA", True, True),
        ("I;16", True, False),
        ("P", False, False),
        ("RGB", False, False),
        ("RGBA", False, True),
    ],
)
def test_a_header_tells_size_colour_and_transparency(tmp_path, mode, grey, transparent):
    image = Image.new(mode, (20, 10))
    assert form_of(saved(tmp_path / "a.png", image)) == (20, 10, grey, transparent)


def test_square_images_of_the_wanted_side_stay_as_they_are(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    assert np.array_equal(read(saved(tmp_path / "a.png", pixels)), pixels.transpose(2, 0, 1))
    assert np.array_equal(read(saved(tmp_path / "g.png", pixels[..., 0]), channels=1)[0], pixels[..., 0])


def test_others_are_cropped_at_the_centre_and_resized(tmp_path):
    pixels = np.zeros((16, 48), dtype=np.uint8)
    pixels[:, 16:32] = 200
    found = read(saved(tmp_path / "a.png", pixels), side=8, channels=1)[0]
    assert found.shape == (8, 8) and np.all(found[:, 1:-1] == 200) and found.min() > 150  # edges see beyond the square


def test_grey_among_colour_gets_three_equal_channels(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16), dtype=np.uint8)
    assert np.array_equal(read(saved(tmp_path / "a.png", pixels)), np.stack([pixels] * 3))


def test_what_is_transparent_lies_over_white(tmp_path):
    pixels = np.zeros((16, 16, 4), dtype=np.uint8)
    pixels[:8, :, 3] = 255
    found = read(saved(tmp_path / "a.png", pixels))
    assert np.all(found[:, :8] == 0) and np.all(found[:, 8:] == 255)


def test_of_sixteen_bits_the_upper_eight_are_kept(tmp_path):
    values = np.full((16, 16), 0xABCD, dtype=np.uint16)
    assert np.all(read(saved(tmp_path / "a.png", values), channels=1) == 0xAB)


def test_a_photograph_stands_as_its_camera_noted(tmp_path):
    pixels = np.zeros((16, 16), dtype=np.uint8)
    pixels[:8] = 255
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    found = read(saved(tmp_path / "a.png", pixels, exif=exif), channels=1)[0]
    assert np.all(found[:8] == 0) and np.all(found[8:] == 255)


@pytest.mark.parametrize("content", [b"", b"no image", b"GIF89a", None])
def test_what_is_no_image_is_named(tmp_path, content):
    path = saved(tmp_path / "a.png", np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    path.write_bytes(path.read_bytes()[:2000] if content is None else content)
    with pytest.raises(InputError, match=r"a.png: can't be read as an image \(.*\); replace it") as error:
        form_of(path), read(path)
    assert "\n" not in str(error.value)


def test_colour_where_grey_is_wanted_is_refused(tmp_path):
    path = saved(tmp_path / "a.png", Image.new("RGB", (16, 16)))
    with pytest.raises(InputError, match=r"a.png: is in colour, but the training images are grey"):
        read(path, channels=1)
