import pytest

from xpert_evo.errors import InputError
from xpert_evo.workflows.problem_file import load_problem, merged, resolved_toml

PROBLEM = """
format = "xpert-evo/problem-1"
dataset = "digits"

[proxy]
train_images = 900
validation_images = 300

[presets.quick.search]
population = 8

[presets.large.search]
population = 64
[presets.large.proxy]
epochs = 30
"""


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "problem.toml"
    file.write_text(PROBLEM)
    return file


def test_the_first_preset_is_the_default(path):
    problem = load_problem(path)
    assert (problem.preset, problem.search.population, problem.proxy.train_images) == ("quick", 8, 900)


def test_a_preset_lies_over_the_file_and_overrides_over_both(path):
    problem = load_problem(path, preset="large", overrides=("search.population=16", "space.adc_type=['sar']"))
    assert (problem.search.population, problem.proxy.epochs, problem.space.adc_type) == (16, 30, ("sar",))


def test_a_resolved_problem_reads_back_equal(path, tmp_path):
    problem = load_problem(path, preset="large", overrides=("space.layer.1.input_bits=[8]",))
    (tmp_path / "resolved.toml").write_text(resolved_toml(problem))
    assert load_problem(tmp_path / "resolved.toml") == problem


@pytest.mark.parametrize("name", ["digits", "cifar10", "tinyimagenet"])
@pytest.mark.parametrize("preset", ["quick", "standard", "thorough"])
def test_problems_that_are_shipped_are_valid(name, preset, pytestconfig):
    problem = load_problem(pytestconfig.rootpath / "problems" / f"{name}.toml", preset=preset)
    assert problem.preset == preset and problem.dataset == name


def test_the_full_size_preset_trains_networks_as_they_are(pytestconfig):
    proxy = load_problem(pytestconfig.rootpath / "problems" / "cifar10.toml", preset="full-size").proxy
    assert (proxy.width_factor, proxy.resolution, proxy.bfloat16) == (1.0, 32, True)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("search.population=2", r"problem.toml: search.population: .*greater than or equal to 4, not 2"),
        ("search.colour=2", r"search.colour: unknown key"),
        ("hardware=8", r"hardware: .*dictionary"),
        ("images=8", r"images: .*dictionary"),
        ("space.adc_bits=[11]", r"space.adc_bits.0: .*less than or equal to 10, not 11"),
        ("space.adc_bits=[9]", r"toml: space.adc_bits: 9 is outside .* of flash ADCs; valid are 3 to 8"),
        (
            "space.layer.3.adc_type=['macro']",
            r"space.layer.3.adc_type: macro is no ADC of .* xpert-rram; valid are flash, sar",
        ),
        ("space.layer.14.adc_bits=[3]", r"space.layer.14: vgg16 has layers 1 to 13"),
        ("search.constraints=['weight <= 3']", r"weight is no metric"),
        ("search.objectives=['error', 'beauty']", "search.objectives: 'beauty' is unknown; valid are error, "),
        ("dataset=imagenet", r"imagenet.*digits, cifar10, tinyimagenet"),
        ("backbone=resnet", r"valid are lenet5"),
        ("hardware.network_model=moon", r"hardware.network_model: .*xpertsim"),
        ("proxy.epochs=0", r"proxy.epochs: .*greater than or equal to 1"),
        ("population", r"--set population: write KEY=VALUE"),
    ],
)
def test_a_wrong_key_is_named_with_what_is_valid(path, override, message):
    with pytest.raises(InputError, match=message) as error:
        load_problem(path, overrides=(override,))
    assert "\n" not in str(error.value)


def test_what_is_no_problem_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere.toml: No such file"):
        load_problem(tmp_path / "nowhere.toml")
    (tmp_path / "broken.toml").write_text("dataset = ")
    with pytest.raises(InputError, match=r"broken.toml: not TOML"):
        load_problem(tmp_path / "broken.toml")
    (tmp_path / "other.toml").write_text("[tool]\nx = 1\n")
    with pytest.raises(InputError, match=r"other.toml: .*missing"):
        load_problem(tmp_path / "other.toml")


def test_an_unknown_preset_is_named(path):
    with pytest.raises(InputError, match=r"'huge' is unknown; valid are quick, large"):
        load_problem(path, preset="huge")


def test_merged_alters_neither():
    base, change = {"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}
    assert merged(base, change) == {"a": {"b": 3, "c": 2}}
    assert base == {"a": {"b": 1, "c": 2}} and change == {"a": {"b": 3}}


def test_a_preset_can_say_what_is_known_of_its_ranking(tmp_path, pytestconfig):
    path, table = tmp_path / "problem.toml", "[presets.quick.proxy]"
    text = (pytestconfig.rootpath / "problems" / "digits.toml").read_text()
    path.write_text(text.replace(table, f'[presets.quick]\nranking = "Like dice."\n\n{table}', 1))
    assert load_problem(path, preset="quick").ranking == "Like dice."
    assert load_problem(path, preset="standard").ranking == ""


@pytest.mark.parametrize(
    ("override", "said"),
    [("search.trainings=20", True), ("proxy.epochs=9", False), ("backbone=resnet20", False)],
)
def test_what_is_known_of_a_preset_is_not_said_of_other_accuracies(pytestconfig, override, said):
    path = pytestconfig.rootpath / "problems" / "cifar10.toml"
    assert bool(load_problem(path, preset="quick", overrides=(override,)).ranking) is said


def test_of_other_accuracies_something_else_may_be_said(pytestconfig):
    path = pytestconfig.rootpath / "problems" / "cifar10.toml"
    own = load_problem(path, preset="quick", overrides=("proxy.epochs=9", "ranking=Like dice."))
    assert own.ranking == "Like dice."
