"""`rnnexp resume` on a sweep folder from elsewhere says again only what is trained, and how."""

import json

import pytest

from rnnexp.config.errors import UserError
from rnnexp.sweeps.saved_overrides import check_saved_overrides
from tests.commands.foreign import put, refused, sweep

OVERRIDES = [
    "trust=[evil]",
    "+trust=[evil]",
    "++trust=evil",
    "trust=[keras,os]",
    "+hydra.callbacks.x._target_=evil.Thing",
    "+hydra.callbacks={x:{_target_:evil.Thing}}",
    "++hydra={callbacks:{x:{_target_:evil.Thing}}}",
    "+hydra/callbacks=evil",
    "hydra.launcher._target_=evil.Thing",
    "hydra.launcher={_target_:evil.Thing}",
    "hydra.sweeper._target_=evil.Thing",
    "hydra.sweeper.custom_search_space=evil.function",
    "hydra.sweeper.sampler._target_=evil.Thing",
    "hydra.sweeper.storage=sqlite:////tmp/ran.db",
    "hydra.sweeper.storage=evil://x",
    "+hydra.sweeper.params={trust:[evil]}",
    "+hydra.sweeper.params.trust=[evil]",
    "+hydra.sweeper.params.hydra.launcher._target_=evil.Thing",
    "hydra.job_logging={handlers:{x:{class:evil.Thing}}}",
    "+hydra.job_logging.handlers.x.class=evil.Thing",
    "hydra/job_logging=default",
    "hydra/launcher=evil",
    "hydra.launcher.setup=[touch ran]",
    "hydra.launcher.submitit_folder=/tmp/ran",
    "+hydra.launcher.additional_parameters={wrap:x}",
    "hydra.launcher.partition='a\\nb'",
    'hydra.launcher.partition="a; touch ran"',
    "hydra.launcher.pre_dispatch=exit()",
    "hydra.launcher.temp_folder=/tmp",
    "+hydra.job.env_set.RNNEXP_TRUST=evil",
    "hydra.job.chdir=true",
    "hydra.searchpath=[pkg://evil]",
    "hydra.sweep.subdir=../../ran",
    "hydra.run.dir=/tmp/ran",
    "hydra.output_subdir=../ran",
    "~hydra.sweep.subdir",
    "~hydra",
    "model@hydra.callbacks=gru",
    "seed=${oc.env:SECRET}",
    "seed=${seed}",
    "seed",
    "",
    "--config-path=mine",
    "--experimental-rerun=run.pickle",
    "--cfg=all",
    "-m",
    "model.layer._target_=evil.Thing",
    "model.layer._target_=os.system,evil.Thing",
    "+callbacks.x={_target_:keras.callbacks.CSVLogger,filename:ran}",
    "task._target_=evil.Thing",
]


@pytest.mark.parametrize("override", [*OVERRIDES, "seed=" + "9" * 5000], ids=lambda o: o[:60])
def test_a_sweep_asks_for_no_code(override, desk, capfd):
    put(desk, **{"swept/sweep.json": sweep(["seed=0,1", override])})
    line = refused(desk, capfd, ["resume", "swept"])
    assert "a password" not in line


def test_a_sweeps_own_yaml_files_are_files_too(desk, capfd):
    text = "# @package _global_\nhydra:\n  callbacks:\n    x: {_target_: evil.Thing}\n"
    put(
        desk,
        **{
            "mine/experiment/x.yaml": text,
            "swept/sweep.json": sweep(["experiment=x", "seed=0,1"], "mine"),
        },
    )
    refused(desk, capfd, ["resume", "swept"])


@pytest.mark.parametrize("text", ["[]", "{}", '{"overrides": 3}', '"x"', "[" * 200 + "]" * 200])
def test_a_file_that_is_no_sweeps_is_told(text, desk, capfd):
    put(desk, **{"swept/sweep.json": text})
    refused(desk, capfd, ["resume", "swept"])


def test_what_is_said_to_a_sweep_cannot_hold_anything_but_texts(desk, capfd):
    asked = json.loads(sweep([])) | {"overrides": [["trust=[evil]"]]}
    put(desk, **{"swept/sweep.json": json.dumps(asked)})
    refused(desk, capfd, ["resume", "swept"])


TAKEN = [
    "model=gru,lstm",
    "model.units=range(2,9)",
    "task.length=25,50",
    "~callbacks.timestep_gradients",
    "+callbacks.stop={_target_:keras.callbacks.EarlyStopping}",
    "experiment=smoke",
    "outputs=elsewhere",
    "hydra/launcher=joblib",
    "hydra.launcher.n_jobs=2",
    "hydra/launcher=submitit_slurm",
    "hydra.launcher.partition=gpu-a100",
    "hydra.launcher.timeout_min=60",
    "hydra.launcher.gpus_per_node=1",
    "hydra/sweeper=optuna",
    "hydra.sweeper.direction=maximize",
    "hydra.sweeper.n_trials=30",
    "hydra.sweeper.storage=sqlite:///study.db",
    "hydra.sweeper.study_name=gru",
    "hydra/sweeper/sampler=random",
    "hydra.sweeper.sampler.seed=3",
    "+hydra.sweeper.params.model.units=range(2,9)",
    "hydra.sweep.dir=swept",
    "'optimizer.learning_rate=interval(1e-4,1e-2)'",
]


@pytest.mark.parametrize("override", TAKEN)
def test_what_sweeps_are_asked_for_is_asked_for_again(override, tmp_path):
    check_saved_overrides([override.strip("'")], tmp_path)


def test_trust_is_answered_by_how_to_give_it(tmp_path):
    with pytest.raises(UserError, match="--trust evil with rnnexp resume"):
        check_saved_overrides(["trust=[evil]"], tmp_path)


@pytest.mark.parametrize("name", [".lock", ".stop", "sweep.json", "0_seed=0", "multirun.yaml"])
def test_nothing_of_a_sweep_is_written_through_a_link(name, desk, capfd):
    put(
        desk,
        **{"swept/sweep.json": sweep(["seed=0,1"]), "elsewhere/sweep.json": sweep(["seed=0,1"])},
    )
    (desk / "swept" / name).unlink(missing_ok=True)
    (desk / "swept" / name).symlink_to(desk / "elsewhere" / "sweep.json")
    assert "is a link" in refused(desk, capfd, ["resume", "swept"])


def test_nor_of_its_jobs(desk, capfd):
    put(desk, **{"swept/sweep.json": sweep(["seed=0,1"]), "swept/0_seed=0/config.yaml": ""})
    (desk / "swept" / "0_seed=0" / "train.log").symlink_to(desk / "evil.py")
    assert "is a link" in refused(desk, capfd, ["resume", "swept"])
