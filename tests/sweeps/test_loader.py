"""Jobs composed at once from what they share are what Hydra composes one by one."""

import pytest
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from omegaconf import OmegaConf

from rnnexp.config.compose import search_path
from rnnexp.sweeps.loader import Loader, numbered

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
def test_a_job_is_what_hydra_makes_of_it(job):
    loader, hydras = Loader(search_path(None)), ConfigLoaderImpl(search_path(None))
    master = loader.master(["seed=0,1", "hydra.job.name=mine"])
    expected = OmegaConf.to_container(hydras.load_sweep_config(master, job))
    for _ in range(2):  # the second time from what is kept
        assert OmegaConf.to_container(loader.load_sweep_config(master, job)) == expected


def test_a_job_has_its_number_wherever_it_is_launched():
    loader = Loader(search_path(None))
    master = loader.master(["seed=0,1"])
    job = ["seed=${hydra:job.num}", "trainer.steps=${seed}"]
    assert loader.values(master, job, 17)["trainer"]["steps"] == 17
    launched = loader.load_sweep_config(master, numbered(job, 17, "its folder"))
    launched.hydra.job.num = 0  # a launcher counts the jobs that it is given
    assert (launched.seed, launched.trainer.steps) == (17, 17)
    assert launched.hydra.sweep.subdir == "its folder"
