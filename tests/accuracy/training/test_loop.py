import numpy as np
import pytest
import torch
from pydantic import ValidationError

from tests.accuracy.examples import shallow
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.pixels import resized
from xpert_evo.accuracy.scoring import evaluate, standard_error
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training import loop
from xpert_evo.accuracy.training.batches import augmented
from xpert_evo.accuracy.training.loop import Diverged, one_cycle, train
from xpert_evo.accuracy.training.optimizer import orthogonalised
from xpert_evo.errors import InputError

SETTINGS = TrainingSettings(epochs=2, batch_size=50, crop_padding=1, calibration_images=16)
LONG = SETTINGS.model_copy(update={"epochs": 6})


def network(seed=4, **genes):
    return build_network(shallow(**genes), seed=seed)


def trained(pictures, *, settings=SETTINGS, seed=0, **options):
    images, labels = (torch.from_numpy(array[:300]) for array in pictures)
    result = network(adc_bits=6, input_bits=4)
    train(result, images, labels, settings=settings, flip=True, seed=seed, **options)
    return result


def assert_same_state(one, other):
    for (name, left), (_, right) in zip(one.state_dict().items(), other.state_dict().items(), strict=True):
        assert torch.equal(left, right), name


def test_training_learns_and_is_scored_the_same_twice(pictures):
    reports = []
    result = trained(pictures, settings=LONG, on_epoch=lambda report, snapshot: reports.append(report))
    images, labels = (torch.from_numpy(array[300:]) for array in pictures)

    accuracy = evaluate(result, images, labels)

    assert accuracy > 0.9, "chance is 0.25"
    assert evaluate(result, images, labels) == accuracy
    assert not result.training
    assert [report.epoch for report in reports] == [1, 2, 3, 4, 5, 6]
    assert reports[-1].loss < reports[0].loss / 2  # 1.4, and 0.36 where smoothed labels leave 0.35
    assert all(report.seconds > 0 for report in reports)


def test_training_in_bfloat16_learns_as_well(pictures, monkeypatch):
    """In floating point and then with the ADCs: nothing that is kept is in bfloat16, and equal seeds give the same."""
    monkeypatch.setattr(loop, "computes_in_bfloat16", lambda settings, device: settings.bfloat16)
    result = trained(pictures, settings=LONG.model_copy(update={"bfloat16": True, "float_epochs": 3}))
    images, labels = (torch.from_numpy(array[300:]) for array in pictures)

    assert evaluate(result, images, labels) > 0.9, "chance is 0.25"
    assert {parameter.dtype for parameter in result.parameters()} == {torch.float32}
    short = SETTINGS.model_copy(update={"bfloat16": True, "float_epochs": 1})
    assert_same_state(trained(pictures, settings=short), trained(pictures, settings=short))


def test_bfloat16_changes_answers_by_less_than_adcs_do(pictures):
    images = torch.from_numpy(pictures[0][:50])
    pixels = images.float().div_(255)

    def logits(mixed, noisy=True):
        one = network(adc_bits=4, input_bits=8).eval()
        one.calibrate(pixels)
        if not noisy:
            for layer in one.crossbar_layers():
                layer.noise_sigma.zero_()
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=mixed):
            return one(pixels).float()

    by_rounding = (logits(True, noisy=False) - logits(False, noisy=False)).square().mean()
    by_noise = (logits(False) - logits(False, noisy=False)).square().mean()
    assert 0 < by_rounding < by_noise / 10


def test_folded_sums_do_not_fit_into_bfloat16():
    with pytest.raises(ValidationError, match="bfloat16: true; folded sums"):
        TrainingSettings(fidelity="folded", bfloat16=True)


def test_equal_seeds_give_equal_weights_and_other_seeds_others(pictures):
    before = torch.get_rng_state()
    one, same, other = trained(pictures), trained(pictures), trained(pictures, seed=1)

    assert_same_state(one, same)
    assert not torch.equal(one.classifier, other.classifier)
    assert torch.equal(torch.get_rng_state(), before), "the global generator is left alone"


def test_a_resumed_training_ends_as_an_uninterrupted_one(pictures, tmp_path):
    class Interrupted(Exception):
        pass

    def save_and_stop(report, snapshot):
        torch.save(snapshot(), tmp_path / "state.pt")
        if report.epoch == 1:
            raise Interrupted

    images, labels = (torch.from_numpy(array) for array in pictures)
    with pytest.raises(Interrupted):
        trained(pictures, on_epoch=save_and_stop)
    state = torch.load(tmp_path / "state.pt", weights_only=True)

    def score(report, snapshot):
        evaluate(resumed_network, images[300:], labels[300:])

    resumed_network = network(adc_bits=6, input_bits=4)
    train(
        resumed_network, images[:300], labels[:300], settings=SETTINGS, flip=True, seed=0, state=state, on_epoch=score
    )

    assert state["epoch"] == 1
    assert_same_state(resumed_network, trained(pictures))


def test_a_snapshot_of_another_schedule_is_bad_input(pictures):
    states = []
    trained(pictures, on_epoch=lambda report, snapshot: states.append(snapshot()))

    with pytest.raises(InputError, match="epochs: 5, but the training to go on with has 2"):
        trained(pictures, settings=SETTINGS.model_copy(update={"epochs": 5}), state=states[0])


def test_labels_that_do_not_match_are_bad_input():
    with pytest.raises(InputError, match="10 with 9 labels"):
        train(
            network(),
            torch.zeros(10, 1, 16, 16, dtype=torch.uint8),
            torch.zeros(9, dtype=torch.int64),
            settings=SETTINGS,
            flip=False,
            seed=0,
        )


def test_augmentation_shifts_with_reflection_and_mirrors():
    image = torch.arange(25, dtype=torch.uint8).view(1, 5, 5, 1)
    padded = np.pad(image[0, :, :, 0].numpy(), 2, mode="reflect")
    windows = {padded[y : y + 5, x : x + 5].tobytes() for y in range(5) for x in range(5)}
    mirrored = {np.frombuffer(w, np.uint8).reshape(5, 5)[:, ::-1].tobytes() for w in windows}

    def crops(flip):
        batch = augmented(
            image,
            torch.zeros(800, dtype=torch.int64),
            padding=2,
            flip=flip,
            generator=torch.Generator().manual_seed(0),
        )
        return {crop.mul(255).round().to(torch.uint8).numpy().tobytes() for crop in batch[:, 0]}

    assert crops(flip=False) == windows
    assert crops(flip=True) == windows | mirrored


def test_a_patch_of_every_image_is_cut_out_wherever_its_centre_is():
    image = torch.zeros(1, 7, 9, 3, dtype=torch.uint8)

    batch = augmented(
        image,
        torch.zeros(2000, dtype=torch.int64),
        padding=0,
        flip=False,
        cutout=3,
        generator=torch.Generator().manual_seed(0),
    )

    hidden = batch > 0
    assert (hidden == hidden[:, :1]).all()  # all channels of a pixel
    found = {tuple(map(tuple, np.argwhere(picture).tolist())) for picture in hidden[:, 0].numpy()}
    squares = {
        tuple((y, x) for y in range(max(0, cy - 1), min(7, cy + 2)) for x in range(max(0, cx - 1), min(9, cx + 2)))
        for cy in range(7)
        for cx in range(9)
    }
    assert found == squares


def test_without_a_patch_images_are_the_same_as_ever():
    images = torch.arange(2 * 4 * 4 * 3, dtype=torch.uint8).view(2, 4, 4, 3)

    def batch(**cutout):
        generator = torch.Generator().manual_seed(3)
        pixels = augmented(images, torch.tensor([1, 0]), padding=1, flip=True, generator=generator, **cutout)
        return pixels, generator.get_state()

    assert all(torch.equal(one, other) for one, other in zip(batch(), batch(cutout=0), strict=True))
    hidden = batch(cutout=2)[0]
    assert torch.equal(batch()[0][hidden != 0.5], hidden[hidden != 0.5])


def test_resizing_averages_areas():
    images = np.array([[[[0, 4, 10, 10], [4, 8, 10, 10], [0, 0, 200, 100], [0, 0, 100, 200]]]], dtype=np.uint8)

    assert resized(images, 2)[0, 0].tolist() == [[4, 10], [0, 150]]
    assert resized(images, 4) is images


@pytest.mark.parametrize("shape", [(8, 72), (40, 9)])
def test_orthogonalised_updates_have_singular_values_near_one(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))

    result = orthogonalised(matrix)

    u, _, vh = torch.linalg.svd(matrix, full_matrices=False)
    values = torch.linalg.svdvals(result)
    assert values.min() > 0.6 and values.max() < 1.3
    assert torch.nn.functional.cosine_similarity(result.flatten(), (u @ vh).flatten(), dim=0) > 0.98


def test_one_cycle_rises_and_falls_to_nothing():
    assert [one_cycle(p, 0.25) for p in (0.0, 0.125, 0.25, 0.625, 1.0)] == [0, 0.5, 1, 0.5, 0]


def test_standard_error_of_an_accuracy():
    assert standard_error(0.5, 100) == pytest.approx(0.05)


def test_a_training_whose_loss_is_no_number_ends_and_says_so(pictures):
    images, labels = (torch.from_numpy(array[:100]) for array in pictures)
    broken = network()
    with torch.no_grad():
        next(broken.parameters()).fill_(float("nan"))
    with pytest.raises(Diverged, match=r"loss is nan in epoch 1; a smaller learning_rate"):
        train(broken, images, labels, settings=SETTINGS, flip=False, seed=0)
