"""`rnnexp train --config-dir` on YAML files from elsewhere runs no code that they name."""

import pytest

from rnnexp.config.check import check
from rnnexp.config.compose import compose, compose_hydra
from rnnexp.config.hydra_settings import check_hydra_settings
from tests.command import TINY
from tests.commands.foreign import put, refused

LOGGING = "hydra:\n  {0}:\n    handlers:\n      x: {1}\n    root: {{handlers: [x], level: INFO}}\n"
FORMATTED = "hydra:\n  job_logging:\n    formatters:\n      x: {'()': evil.Thing}\n"
HYDRA = {
    "a callback": "hydra:\n  callbacks:\n    x: {_target_: evil.Thing}\n",
    "a callback of Hydra's that pickles": "hydra:\n  callbacks:\n"
    "    x: {_target_: hydra.experimental.callbacks.PickleJobInfoCallback}\n",
    "a handler of the jobs' log": LOGGING.format("job_logging", "{class: evil.Thing}"),
    "a handler of Hydra's log": LOGGING.format("hydra_logging", "{'()': evil.Thing}"),
    "a log file": LOGGING.format(
        "hydra_logging", "{class: logging.FileHandler, filename: ran, mode: w}"
    ),
    "a log elsewhere": LOGGING.format(
        "job_logging", "{class: logging.StreamHandler, stream: 'ext://evil.x'}"
    ),
    "a formatter": FORMATTED,
    "a launcher": "hydra:\n  launcher: {_target_: evil.Thing}\n",
    "a sweeper": "hydra:\n  sweeper: {_target_: evil.Thing}\n",
    "the environment of jobs": "hydra:\n  job:\n    env_set: {RNNEXP_TRUST: evil}\n",
    "the search path of jobs": "hydra:\n  job:\n    env_set: {PYTHONPATH: .}\n",
    "another folder to work in": "hydra:\n  job: {chdir: true}\n",
    "a place for runs": "hydra:\n  run: {dir: /tmp/ran}\n",
    "a place for jobs": "hydra:\n  sweep: {subdir: ../../ran}\n",
    "a place for settings": "hydra:\n  output_subdir: ../ran\n",
    "values of a sweep": "hydra:\n  sweeper:\n    params: {trust: '[evil]'}\n",
    "values of a sweep, Hydra's": "hydra:\n  sweeper:\n    params: {+hydra.verbose: evil}\n",
    "a launcher of its own": "defaults:\n  - override /hydra/launcher: own\n",
    "callbacks by a choice": "defaults:\n  - /hydra/callbacks: own\n",
    "callbacks of a package": "defaults:\n  - /packaged: x\n",
    "its own, by another way": "defaults:\n  - /own@hydra.callbacks: x\n",
}
EXPERIMENT = {
    "a layer": "model:\n  layer: {_target_: evil.Thing}\n",
    "a task": "task: {_target_: evil.Thing}\n",
    "a callback of the training": "callbacks:\n  x: {_target_: evil.Thing}\n",
    "a file to write": "callbacks:\n  x: {_target_: keras.callbacks.CSVLogger, filename: ran}\n",
    "trust of its own": "trust: [evil]\nmodel:\n  layer: {_target_: evil.Thing}\n",
    "the environment": "model:\n  layer: {name: '${oc.env:SECRET}'}\n",
    "a text to resolve": "model:\n  layer: {name: \"${oc.decode:'${seed}'}\"}\n",
    "a way to say it twice": "model:\n  layer: {name: \"${oc.create:{a: '${seed}'}}\"}\n",
    "a name made of another": "model:\n  layer: {name: '${${model.depth}:SECRET}'}\n",
    "two halves": "probe: {sequences: 4}\nmodel:\n  layer: {name: '${dollar:}{oc.env:SECRET}'}\n",
    "a tag of Python's": "a: !!python/object/apply:os.system ['touch ran']\n",
    "references without end": "a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "depth": "a: " + "[" * 500 + "]" * 500 + "\n",
}
ROWS = [(kind, []) for kind in HYDRA | EXPERIMENT]
ROWS += [(kind, ["-m"]) for kind in ("a callback", "a launcher", "a sweeper", "a layer")]
ROWS += [
    ("a handler of Hydra's log", flag.split()) for flag in ("--cfg job", "--help", "--info all")
]


@pytest.mark.parametrize(("kind", "flags"), ROWS)
def test_a_yaml_runs_nothing_and_is_told_in_a_line(kind, flags, desk, capfd):
    text = "# @package _global_\n" + (HYDRA | EXPERIMENT)[kind]
    put(
        desk,
        **{
            "mine/experiment/x.yaml": text,
            "mine/packaged/x.yaml": "# @package hydra.callbacks\nx: {_target_: evil.Thing}\n",
            "mine/own/x.yaml": "x: {_target_: evil.Thing}\n",
            "mine/hydra/launcher/own.yaml": "_target_: evil.Thing\n",
            "mine/hydra/callbacks/own.yaml": "x: {_target_: evil.Thing}\n",
        },
    )
    line = refused(desk, capfd, ["train", "--config-dir=mine", *flags, "experiment=x"])
    assert "a password" not in line


FLAGS = [
    ["--config-path=mine"],
    ["--config-name=x"],
    ["--experimental-rerun=mine/run.pickle"],
    ["-m", "--config-path=mine"],
]


@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
def test_the_flags_by_which_hydra_reads_other_files_are_not_taken(flags, desk, capfd):
    put(desk, **{"mine/x.yaml": "defaults: [config]\n", "mine/run.pickle": "cos\nsystem\n"})
    refused(desk, capfd, ["train", *flags])


ORDINARY = {
    "how many at once": "hydra:\n  launcher: {n_jobs: 1}\ndefaults:\n"
    "  - override /hydra/launcher: joblib\n",
    "values of a sweep": "hydra:\n  sweeper:\n    params: {model.units: '3,4'}\n",
    "another value": "model:\n  layer: {name: 'of_${seed}_${task.order}'}\n",
    "the time": "model:\n  layer: {name: 'at_${now:%Y}'}\n",
    "a launcher that is asked for": "",
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_what_a_yaml_may_say_is_taken(kind, desk, capfd):
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    put(desk, **{"mine/experiment/x.yaml": "# @package _global_\n" + ORDINARY[kind]})
    typed = ["experiment=x", "hydra/launcher=joblib", "hydra.launcher.verbose=0", *TINY]
    check_hydra_settings(compose_hydra(typed, "mine"), typed)
    check(compose(typed, "mine"))


JOBS = ("a callback", "the environment of jobs", "a handler of the jobs' log", "a place for jobs")


@pytest.mark.parametrize("kind", JOBS)
def test_a_job_of_a_sweep_over_yaml_files_runs_nothing_either(kind, desk, capfd):
    texts = {"x": HYDRA[kind], "y": "seed: 1\n"}
    files = {f"mine/experiment/{n}.yaml": f"# @package _global_\n{t}" for n, t in texts.items()}
    put(desk, **files)
    refused(desk, capfd, ["train", "--config-dir=mine", "-m", "experiment=y,x"])


TYPED = [
    "+hydra.callbacks.x._target_=evil.Thing",
    "hydra.launcher._target_=evil.Thing",
    "hydra.launcher={_target_:evil.Thing}",
    "hydra.sweeper._target_=evil.Thing",
    "+hydra.job_logging.handlers.x.class=evil.Thing",
    "+hydra.job_logging.handlers={x:{class:evil.Thing}}",
]


@pytest.mark.parametrize("override", TYPED)
def test_what_hydra_is_to_call_needs_trust_on_the_command_line_too(override, desk, capfd):
    assert "trust=[evil]" in refused(desk, capfd, ["train", override])


@pytest.mark.parametrize("flags", [[], ["-m"]])
def test_a_search_path_is_a_folder_of_yaml_files_too(flags, desk, capfd):
    text = "# @package _global_\n" + HYDRA["a callback"]
    put(desk, **{"mine/experiment/x.yaml": text})
    path = f"hydra.searchpath=[file://{desk}/mine]"
    refused(desk, capfd, ["train", *flags, path, "experiment=x"])


@pytest.mark.parametrize("name", ["schema", "config"])
def test_no_file_takes_the_place_of_ours(name, desk, capfd):
    put(desk, **{f"mine/{name}.yaml": "callbacks:\n  x: {_target_: evil.Thing}\n"})
    if name == "schema":
        assert "schema.yaml" in refused(desk, capfd, ["train", "--config-dir=mine"])
    else:  # ours is found before it
        check(compose([], "mine"))
