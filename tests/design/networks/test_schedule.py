import numpy as np

from tests.design.networks.examples import END, MIXED, RESIDUAL, convolution, digital, network
from xpert_evo.design.networks.registry import backbone


def test_a_chain_holds_a_layers_input_and_output():
    schedule = backbone("vgg16").schedule(32)
    wanted = np.eye(13, dtype=bool) | np.eye(13, k=1, dtype=bool)
    assert (schedule.waiting == wanted).all()
    assert not schedule.words.any() and not schedule.added.any() and not schedule.writes_words.any()


def test_a_skip_path_waits_in_words_and_is_added_in_the_step_of_the_last_layer():
    schedule = RESIDUAL.schedule(8)
    # The image is held while a runs, what c reads from the addition on.
    assert schedule.waiting.tolist() == [[True, False, False], [False, False, True], [False, False, True]]
    assert schedule.words.tolist() == [[64, 0, 0, 0], [64, 0, 0, 0], [0, 0, 0, 0]]
    assert schedule.writes_words.tolist() == [True, True, False]
    assert schedule.added.tolist() == [0, 64, 0] and schedule.read_again.tolist() == [0, 64, 0]


def test_pieces_of_a_concatenation_wait_for_their_readers():
    schedule = MIXED.schedule(8)
    assert schedule.words[:, 0].tolist() == [64, 64, 64, 64], "p is read by b, and beside c by d"
    assert schedule.words[:, 2].tolist() == [0, 0, 64, 64] and not schedule.words[:, [1, 3, 4]].any()
    assert schedule.waiting[:, 2].tolist() == [False, True, True, False], "c alone reads what b gives"


def test_an_image_that_two_layers_read_waits_in_words():
    twice = network(
        convolution("a", "image", 4), convolution("b", "image", 4), digital("end", "add", "a", "b"), *END
    ).schedule(8)
    assert twice.words[:, -1].tolist() == [64, 64] and twice.words[:, 0].tolist() == [64, 64]
    assert twice.added.tolist() == [0, 64] and twice.read_again.tolist() == [0, 64]


def test_pools_are_counted_in_operations_of_two_by_two_windows():
    pooled = network(
        convolution("a", "image", 4),
        digital("m", "max_pool", "a", kernel=[3, 3], stride=[2, 2], padding=[1, 1]),
        convolution("b", "m", 4),
        digital("m2", "max_pool", "b", kernel=[2, 2]),
        digital("v", "average_pool", "m2", kernel=[2, 2]),
        convolution("c", "v", 4),
        digital("end", "relu", "c"),
        *END,
    ).schedule(16)
    assert pooled.pools.tolist() == [8 / 3 / 4, 1 / 4, 0] and pooled.pool_reduction.tolist() == [4, 4, 1]
    assert pooled.added.tolist() == [0, 16, 0], "an average adds up all of its inputs: 4 x 4"
    assert pooled.writes_words.tolist() == [False, True, False]
