"""What a process is asked to run on, it runs on, or it says that it cannot."""

from dataclasses import replace

import keras
import pytest
import tensorflow as tf

from rnnexp.config.errors import UserError
from rnnexp.config.schema import Device, HardwareConf, Precision
from rnnexp.training import hardware

CPU = HardwareConf(device=Device.cpu)


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="a GPU is there")
def test_a_gpu_that_is_not_there_is_an_error():
    with pytest.raises(UserError, match="use hardware=cpu"):
        hardware.apply(HardwareConf(device=Device.gpu))


def test_precision_belongs_to_the_run_and_not_to_the_process():
    hardware.apply(replace(CPU, precision=Precision.mixed_bfloat16))
    assert keras.layers.Dense(1).compute_dtype == "bfloat16"
    hardware.apply(CPU)
    assert keras.layers.Dense(1).compute_dtype == "float32"


@pytest.mark.parametrize("change", [{"threads": 1}, {"deterministic": True}])
def test_what_lasts_until_the_process_ends_is_not_changed_halfway(change):
    hardware.apply(CPU)
    with pytest.raises(UserError, match="one process for each hardware"):
        hardware.apply(replace(CPU, **change))


def test_the_description_names_the_cpu_and_its_threads():
    description = hardware.describe(replace(CPU, threads=3))
    assert (description["device"], description["threads"], description["precision"]) == (
        "cpu",
        3,
        "float32",
    )
    assert description["name"]
