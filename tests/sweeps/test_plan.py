"""A sweep is planned, and every invalid job is refused, before the first job begins."""

from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

from rnnexp.config.cores import cores
from rnnexp.config.errors import UserError
from rnnexp.sweeps.plan import plan


def planned(*overrides):
    return plan(list(overrides), None, again=False)


def test_jobs_are_every_combination():
    assert planned("model=gru,lstm", "seed=range(3)").sweep.jobs == 6


def test_a_yaml_file_may_list_what_is_swept(tmp_path):
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "study.yaml").write_text(
        "# @package _global_\nhydra:\n  sweeper:\n    params: {model: 'gru,lstm'}\n"
    )
    swept = ["experiment=study", "seed=0,1"]
    assert plan(swept, str(tmp_path), again=False).sweep.jobs == 4


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["model=gru,lstmm"], "did you mean lstm?"),
        (["model=gru", "model.units=8,many"], "expected a whole number, got 'many'"),
        (["seed=0,1", "trainer.batch_size=32,0"], "expected more than 0, got 0"),
        (["model.units=interval(4,8)"], "hydra/sweeper=optuna"),
    ],
)
def test_an_invalid_job_is_refused_in_one_line(overrides, message):
    with pytest.raises(UserError) as caught:
        planned(*overrides)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_job_at_once_without_a_launcher():
    assert planned("seed=0,1,2").sweep.at_once == 1


@pytest.mark.parametrize(
    ("workers", "jobs", "expected"), [(2, 5, 2), (4, 3, 3), (-1, 3, min(3, cores()))]
)
def test_joblib_runs_as_many_at_once_as_it_has_workers_and_jobs(workers, jobs, expected):
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    launcher = ["hydra/launcher=joblib", f"hydra.launcher.n_jobs={workers}"]
    assert planned(f"seed=range({jobs})", *launcher).sweep.at_once == expected


def test_a_search_checks_the_jobs_that_it_may_draw():
    pytest.importorskip("hydra_plugins.hydra_optuna_sweeper")
    search = ["hydra/sweeper=optuna", "hydra.sweeper.n_trials=7"]
    rate = "optimizer.learning_rate=tag(log,interval(1e-4,1e-2))"
    assert planned(*search, rate, "model=choice(gru,lstm)").sweep.jobs == 7
    with pytest.raises(UserError, match="did you mean units"):
        planned(*search, rate, "model.unitz=int(interval(4,8))")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["seed=1,1"], "the jobs 0 and 1 would train the same"),
        (["model=gru,gru", "seed=range(3)"], "the jobs 0 and 3 would train the same"),
        (["trainer.steps=${seed},1", "seed=1,2"], "the jobs 0 and 2 would train the same"),
        (["seed=0,1", "hydra.sweep.subdir=x"], "x for the jobs 0 and 1"),
        (["seed=0,1", "hydra.sweep.subdir='../${hydra:job.num}'"], "a plain name"),
        (["seed=0,1", "hydra.sweep.subdir=''"], "a plain name"),
        (["seed=0,1", "hydra.sweep.subdir='${hydra:job.num}" + 300 * "x" + "'"], "a plain name"),
        (["seed=0,1", "hydra.job.chdir=true"], "expected false, got true"),
        (["seed=0,1", "hydra.sweeper.max_batch_size=0"], "expected more than 0, got 0"),
        (["seed=0,1", "hydra.sweeper.foo=1"], "no such key"),
        (["+hydra.sweeper.params.seed=0"], "list what is swept"),
        (["seed=0,1", "hydra.sweep.dir=null"], "expected a value, got null"),
        (["seed=0,4294967296"], "seed"),
        (["seed=-1,0"], "seed"),
    ],
)
def test_an_invalid_sweep_is_refused_in_one_line(overrides, message):
    with pytest.raises(UserError) as caught:
        planned(*overrides)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(which("srun") is not None, reason="Slurm is installed")
def test_a_missing_slurm_is_refused():
    pytest.importorskip("hydra_plugins.hydra_submitit_launcher")
    with pytest.raises(UserError, match="found no srun"):
        planned("seed=0,1", "hydra/launcher=submitit_slurm")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ([], "expected values to draw from, got none"),
        (["model=glob(*)"], "as in model=antisymmetric_rnn,atr$"),
        (["model.units=interval(8,4)"], "from the smaller"),
        (["seed=range(0)"], "got none"),
        (["model=choice(gru,lstm)", "trainer.batch_size=choice(8,16,0)"], "trainer.batch_size"),
        (["model=gru,lstmm"], "did you mean lstm"),
        (["seed=0,1", "hydra.sweeper.n_trials=0"], "expected more than 0, got 0"),
        (["seed=0,1", "hydra.sweeper.n_jobs=0"], "expected more than 0, got 0"),
        (["seed=0,1", "hydra/sweeper/sampler=nosuch"], "there is no such"),
    ],
)
def test_an_invalid_search_is_refused(overrides, message):
    pytest.importorskip("hydra_plugins.hydra_optuna_sweeper")
    with pytest.raises(UserError, match=message):
        planned("hydra/sweeper=optuna", *overrides)


def test_hydra_is_given_the_planned_folder():
    sweep_plan = planned("seed=0,1")
    assert Path(sweep_plan.settings.hydra.sweep.dir) == sweep_plan.folder
    assert sweep_plan.sweep.names == ["0_seed=0", "1_seed=1"]


def test_a_launcher_that_is_not_installed_is_named_with_its_extra():
    if find_spec("hydra_plugins") and find_spec("hydra_plugins.hydra_ray_launcher"):
        pytest.skip("it is installed")
    with pytest.raises(UserError, match=r"pip install 'rnnexp\[ray\]'"):
        planned("seed=0,1", "hydra/launcher=ray")
