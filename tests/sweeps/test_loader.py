"""The fast loader composes the same configs as Hydra's own."""

import pytest
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from omegaconf import OmegaConf

from rnnexp.config.compose import search_path
from rnnexp.sweeps.loader import Loader, with_number

JOBS = [
    ["seed=3"],
    ["model=lstm", "seed=2", "model.units=7", "task=adding"],
    ["experiment=smoke", "+model.layer.recurrent_dropout=0.3", "~callbacks.gate_statistics"],
    ["callbacks=[default,early_stopping]", "callbacks.early_stopping.patience=6"],
    ["model.layer={_target_: keras.layers.LSTM}", "trainer={epochs: 3}", "++optimizer.rho=0.9"],
    ["outputs=elsewhere", "probe.sequences=2", "trainer.steps=${probe.sequences}", "seed=1"],
    ["hydra.sweep.subdir='a b'", "model=simple_rnn", "seed=5"],
]


@pytest.mark.parametrize("job", JOBS, ids=" ".join)
def test_a_job_is_composed_as_by_hydra(job):
    loader, reference = Loader(search_path(None)), ConfigLoaderImpl(search_path(None))
    master = loader.master(["seed=0,1", "hydra.job.name=mine"])
    expected = OmegaConf.to_container(reference.load_sweep_config(master, job))
    for _ in range(2):  # the second time from the cache
        assert OmegaConf.to_container(loader.load_sweep_config(master, job)) == expected


def test_a_job_keeps_its_number_when_a_launcher_counts_otherwise():
    loader = Loader(search_path(None))
    master = loader.master(["seed=0,1"])
    job = ["seed=${hydra:job.num}", "trainer.steps=${seed}"]
    assert loader.values(master, job, 17)["trainer"]["steps"] == 17
    launched = loader.load_sweep_config(master, with_number(job, 17, "its folder"))
    launched.hydra.job.num = 0  # as a launcher numbers the first job that it is given
    assert (launched.seed, launched.trainer.steps) == (17, 17)
    assert launched.hydra.sweep.subdir == "its folder"
