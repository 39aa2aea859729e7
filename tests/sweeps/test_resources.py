"""The share of one machine that each of several jobs gets."""

import os

import pytest

from rnnexp.config.compose import compose
from rnnexp.config.cores import cores
from rnnexp.sweeps.jobs import _with_resources
from rnnexp.sweeps.resources import gpu_memory, resources_per_job

CPU = {"device": "cpu", "threads": None, "memory_limit": None}
GPU = CPU | {"device": "gpu"}


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """Replaces nvidia-smi by a command that prints the given lines."""

    def prints(*lines, code=0):
        command = tmp_path / "nvidia-smi"
        output = "".join(f"echo '{line}'\n" for line in lines)
        command.write_text(f"#!/bin/sh\n{output}exit {code}\n")
        command.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return prints


@pytest.mark.parametrize("at_once", [2, 3, 8])
def test_all_shares_together_are_within_the_machine(driver, at_once):
    driver(24576)
    share = resources_per_job(GPU, at_once)
    assert share["memory_limit"] * at_once < 24576
    assert share["memory_limit"] > 24576 / (at_once + 2)
    assert share["threads"] == max(1, cores() // at_once)


def test_one_job_alone_has_no_limits(driver):
    driver(24576)
    assert resources_per_job(GPU, 1) == {}


def test_given_values_are_kept(driver):
    driver(24576)
    assert resources_per_job(GPU | {"threads": 3, "memory_limit": 8000}, 2) == {}


def test_on_a_cpu_only_threads_are_divided(driver):
    driver(24576)
    assert set(resources_per_job(CPU, 2)) == {"threads"}


def test_of_several_gpus_the_smallest_counts(driver):
    driver(81559, 40960)
    assert gpu_memory() == 40960


@pytest.mark.parametrize("output", ["", "No devices were found", "[N/A]"])
def test_without_a_reported_memory_there_is_no_limit(driver, output):
    driver(output)
    assert gpu_memory() is None
    assert "memory_limit" not in resources_per_job(GPU, 2)


def test_a_driver_that_fails_gives_no_limit(driver):
    driver(9, code=1)
    assert gpu_memory() is None


def test_without_a_driver_there_is_no_limit(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpu_memory() is None


def test_a_job_gets_its_share_and_keeps_the_threads_with_which_it_began(driver, tmp_path):
    driver(24576)
    cfg = compose(["hardware=gpu"])
    share = _with_resources(cfg, tmp_path, 2)["hardware"]
    assert share == {**share, **resources_per_job(GPU, 2)}
    (tmp_path / "config.yaml").write_text("hardware: {threads: 7, memory_limit: 100}")
    again = _with_resources(cfg, tmp_path, 4)["hardware"]
    assert again["threads"] == 7
    assert again["memory_limit"] == resources_per_job(GPU, 4)["memory_limit"]
