"""Laws of every YAML: all files in conf/ are here by existing; tests/papers has those of papers."""

from dataclasses import fields
from functools import cache
from pathlib import Path

import keras
import pytest
import yaml

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.instantiate import argument_names, locate
from rnnexp.config.schema import HardwareConf, ModelConf, OptimizerConf, TrainerConf
from rnnexp.config.yaml_files import conf_folder
from rnnexp.tasks import Task
from rnnexp.training.callbacks import build_callbacks
from rnnexp.training.model import build_model, build_optimizer
from tests.laws.needed_files import NEEDED_FILES

CHOICES = sorted(
    path.relative_to(conf_folder()).with_suffix("")
    for path in conf_folder().rglob("*.yaml")
    if path.parent not in (conf_folder(), conf_folder() / "paper")
)
SCHEMAS = {
    "model": ModelConf,
    "optimizer": OptimizerConf,
    "hardware": HardwareConf,
    "trainer": TrainerConf,
}
EVERY_YAML = pytest.mark.parametrize("choice", CHOICES, ids=str)


@cache
def chosen(choice: Path, *settings: str):
    return check(compose([f"{choice.parent}={choice.name}", *settings]))


def task_class(choice: Path) -> type[Task]:
    text = (conf_folder() / choice).with_suffix(".yaml").read_text()
    return locate(yaml.safe_load(text)["_target_"], "task", [])


def test_the_groups_are_those_that_are_promised():
    groups = {str(choice.parent) for choice in CHOICES}
    assert groups == {*SCHEMAS, "task", "schedule", "callbacks", "experiment"}


@EVERY_YAML
def test_it_composes_and_the_objects_can_be_built(choice, tmp_path, monkeypatch):
    settings = []
    if choice.parent.name == "task" and task_class(choice).needs:
        settings = NEEDED_FILES[choice.name](tmp_path, monkeypatch)
    experiment = chosen(choice, *settings)
    if choice.parent.name in ("model", "task", "experiment"):
        model = build_model(experiment)
        examples = experiment.task.batch("validation", 0, 0, 2)
        assert model(examples.x).shape == output_shape(experiment.task, examples.x.shape[:2])
    elif choice.parent.name in ("optimizer", "schedule"):
        assert isinstance(build_optimizer(experiment), keras.optimizers.Optimizer)
    elif choice.parent.name == "callbacks":
        callbacks = build_callbacks(experiment, tmp_path)
        assert len(callbacks) == len(experiment.callbacks)
        assert all(isinstance(c, keras.callbacks.Callback) for c in callbacks)


@EVERY_YAML
def test_it_shows_everything_that_can_be_set(choice):
    shown = set(yaml.safe_load((conf_folder() / choice).with_suffix(".yaml").read_text()))
    group = choice.parent.name
    if group == "task":
        assert shown == {"_target_"} | {field.name for field in fields(task_class(choice))}
    elif group == "callbacks":
        for node in chosen(choice).callbacks.values():
            if node["_target_"].startswith("rnnexp."):
                known = argument_names(locate(node["_target_"], "callbacks", [])) - {"probe"}
                assert set(node) == {"_target_", *known}
    elif group in SCHEMAS:
        # What is set for all models alike has its default in the schema.
        own = {"units", "depth", "layer"} if group == "model" else None
        assert (own or {field.name for field in fields(SCHEMAS[group])}) <= shown


@EVERY_YAML
def test_an_experiment_only_overrides(choice):
    text = (conf_folder() / choice).with_suffix(".yaml").read_text()
    assert (choice.parent.name == "experiment") == text.startswith("# @package _global_")


@pytest.mark.parametrize("choice", [c for c in CHOICES if c.parent.name == "model"], ids=str)
def test_a_model_leaves_to_the_task_and_the_stack_what_is_theirs(choice):
    layer = chosen(choice).model.layer
    known = argument_names(locate(layer["_target_"], "model.layer", []))
    assert set(layer) - {"_target_"} <= known - {"units", "return_sequences", "name"}


def output_shape(task: Task, times: tuple[int | None, int | None]) -> tuple[int | None, ...]:
    """The shape of a model's outputs for inputs of (B, T)."""
    return (*(times if task.targets.per_timestep else times[:1]), task.targets.size)


@pytest.mark.parametrize("task", ["first_token", "adding", "digits"])
@pytest.mark.parametrize("model", [c for c in CHOICES if c.parent.name == "model"], ids=str)
def test_every_model_fits_tokens_and_numbers(model, task):
    experiment = check(compose([f"model={model.name}", f"task={task}"]))
    network = build_model(experiment)
    numbers = (experiment.task.inputs.size,) if experiment.task.inputs.kind == "numbers" else ()
    assert network.input_shape == (None, None, *numbers)
    assert network.output_shape == output_shape(experiment.task, (None, None))
