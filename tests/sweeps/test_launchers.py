"""Sweeps by every launcher and sweeper that an extra installs."""

import sqlite3

import pytest

from rnnexp.config.compose import search_path
from rnnexp.config.instantiate import locate
from rnnexp.sweeps.loader import Loader
from tests.command import TINY, command
from tests.sweeps.sweep_results import ran, rows

SWEEP = [*TINY, "callbacks=none", "hydra.sweep.dir=swept"]


@pytest.mark.slow
def test_submitit_runs_each_job_in_a_process_of_its_own(tmp_path):
    pytest.importorskip("hydra_plugins.hydra_submitit_launcher")
    sweep = ["seed=0,1", "hydra/launcher=submitit_local", "hydra.launcher.timeout_min=5"]
    shown = command("train", "-m", *SWEEP, *sweep, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert [(s["state"], s["seed"]) for _, s in ran(tmp_path / "swept")] == [
        ("completed", 0),
        ("completed", 1),
    ]


def test_the_slurm_launcher_gets_its_settings():
    pytest.importorskip("hydra_plugins.hydra_submitit_launcher")
    slurm = ["hydra/launcher=submitit_slurm", "hydra.launcher.partition=gpu"]
    launcher = Loader(search_path(None)).master(slurm).hydra.launcher
    assert callable(locate(launcher["_target_"], "hydra.launcher", ["hydra_plugins"]))
    assert launcher.partition == "gpu"


@pytest.mark.slow
def test_ray_runs_the_jobs(tmp_path):
    pytest.importorskip("hydra_plugins.hydra_ray_launcher")
    shown = command("train", "-m", *SWEEP, "seed=0,1", "hydra/launcher=ray", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert [s["state"] for _, s in ran(tmp_path / "swept")] == 2 * ["completed"]


@pytest.mark.slow
def test_optuna_stores_its_trials_and_counts_a_failure_as_a_guess(tmp_path):
    pytest.importorskip("hydra_plugins.hydra_optuna_sweeper")
    search = ["hydra/sweeper=optuna", "hydra/sweeper/sampler=grid", "hydra.sweeper.n_jobs=1"]
    search += ["hydra.sweeper.storage=sqlite:///trials.db", "hydra.sweeper.direction=maximize"]
    space = "trainer.batch_size=choice(8,4000)"
    shown = command("train", "-m", *SWEEP, *search, space, cwd=tmp_path)
    assert shown.returncode == 1, shown.stderr
    jobs = ran(tmp_path / "swept")
    assert sorted(summary["state"] for _, summary in jobs) == ["completed", "failed"]
    with sqlite3.connect(tmp_path / "trials.db") as base:
        kept = [value for (value,) in base.execute("select value from trial_values")]
    scores = [
        summary["baseline"]
        if summary["state"] == "failed"
        else float(rows(job)[-1]["val_accuracy"])
        for job, summary in jobs
    ]
    assert sorted(kept) == pytest.approx(sorted(scores))
