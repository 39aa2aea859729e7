"""The jobs of a sweep are every combination of its values, in the same order every time."""

from itertools import product

import pytest

from rnnexp.config.compose import search_path
from rnnexp.config.errors import UserError
from rnnexp.config.yaml_files import conf_folder
from rnnexp.sweeps.grid import MAX_JOBS, grid, parse
from rnnexp.sweeps.loader import Loader


def jobs(*overrides):
    return grid(parse(overrides, Loader(search_path(None))))


def test_a_grid_is_every_combination():
    assert jobs("model=gru,lstm", "seed=range(3)", "task=digits") == [
        [f"model={model}", f"seed={seed}", "task=digits"]
        for model, seed in product(("gru", "lstm"), range(3))
    ]


def test_a_glob_is_every_yaml_file_of_the_group():
    names = {job[0].removeprefix("model=") for job in jobs("model=glob(*)")}
    assert names == {path.stem for path in (conf_folder() / "model").glob("*.yaml")}


@pytest.mark.parametrize("swept", ["seed=shuffle(range(50))", "model.units=shuffle(1,2,3,4,5,6)"])
def test_a_shuffled_sweep_has_one_order(swept):
    once = jobs(swept, "model=gru,lstm")
    assert once == jobs(swept, "model=gru,lstm")
    plain = jobs(swept.replace("shuffle(range(50))", "range(50)").replace("shuffle", "choice"))
    assert once[: len(plain)] != plain
    assert sorted({job[0] for job in once}) == sorted(job[0] for job in plain)


@pytest.mark.parametrize(
    ("swept", "number"),
    [
        ("seed=range(1,10)", 9),
        ("seed=range(10,1,-2)", 5),
        ("seed=range(0,10,3)", 4),
        ("optimizer.learning_rate=range(0.1,0.35,0.1)", 3),
        ("optimizer.learning_rate=range(1,0.05,-0.1)", 10),
        ("seed=sort(3,1,2)", 3),
    ],
)
def test_the_count_of_values_is_the_number_of_jobs(swept, number):
    assert len(jobs(swept)) == number


@pytest.mark.parametrize(
    ("swept", "message"),
    [
        ("seed=range(0)", "got none"),
        ("seed=range(5,2)", "got none"),
        ("seed=shuffle(range(3,3))", "got none"),
        ("model=glob(nothing*)", "got none"),
        ("seed=range(0,10,0)", "a step other than 0"),
        ("optimizer.learning_rate=range(0,1,0.0)", "a step other than 0"),
        ("optimizer.learning_rate=range(0,inf)", "finite numbers"),
        ("optimizer.learning_rate=range(0,nan)", "finite numbers"),
        ("seed=range(1000000000)", f"at most {MAX_JOBS} jobs in a sweep, got 1000000000"),
        (
            "seed=range(100000000000000000000000000)",
            f"at most {MAX_JOBS} jobs in a sweep",
        ),
        ("seed=shuffle(range(1000000000))", f"at most {MAX_JOBS} jobs"),
        ("optimizer.learning_rate=range(0,1,1e-12)", f"at most {MAX_JOBS} jobs"),
        ("model.units=interval(4,8)", "hydra/sweeper=optuna"),
        ("model.units=interval(8,4)", "from the smaller"),
    ],
)
def test_invalid_values_are_refused_in_one_line(swept, message):
    with pytest.raises(UserError) as caught:
        jobs(swept)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{swept}: ")


def test_many_small_lists_make_too_many_jobs():
    with pytest.raises(UserError, match=f"at most {MAX_JOBS} jobs in a sweep, got 1000000;"):
        jobs(*(f"{key}=range(100)" for key in ("seed", "model.units", "trainer.steps")))
