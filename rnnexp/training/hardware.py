"""Devices, threads, memory, precision and determinism of the process."""

import platform
from dataclasses import replace
from functools import cache

import keras
import tensorflow as tf

from rnnexp.config.cores import cores
from rnnexp.config.errors import UserError
from rnnexp.config.schema import Device, HardwareConf, Precision

_applied: HardwareConf | None = None


def apply(hardware: HardwareConf) -> None:
    """Apply the settings of the hardware to the process.

    Raises:
        UserError: If there is no such device, or if TensorFlow can no longer change the settings
            in this process.
    """
    global _applied
    gpus = tf.config.list_physical_devices("GPU")
    if hardware.device is Device.gpu and not gpus:
        raise UserError(
            "hardware.device: expected a GPU, TensorFlow sees none on this machine; "
            "use hardware=cpu, or install the driver and rnnexp[gpu]"
        )
    keras.config.set_dtype_policy(hardware.precision.name)
    # Precision and XLA belong to a model; nothing else can change until the process ends.
    fixed = replace(hardware, precision=Precision.float32, xla=False)
    if _applied == fixed:
        return
    if _applied is not None:
        raise UserError(
            f"hardware: this process already runs with {_describe(_applied)}, TensorFlow cannot "
            f"change to {_describe(fixed)}; start one process for each hardware"
        )
    try:
        _choose_devices(hardware, gpus)
        if hardware.threads is not None:
            tf.config.threading.set_intra_op_parallelism_threads(hardware.threads)
            tf.config.threading.set_inter_op_parallelism_threads(hardware.threads)
    except RuntimeError as error:
        raise UserError(
            f"hardware: {_describe(fixed)} comes too late, TensorFlow has already computed "
            "something in this process; start a new one"
        ) from error
    if hardware.deterministic:
        tf.config.experimental.enable_op_determinism()
    _applied = fixed


def _choose_devices(hardware: HardwareConf, gpus: list[tf.config.PhysicalDevice]) -> None:
    """Make only the devices that are asked for visible to TensorFlow."""
    if hardware.device is Device.cpu:
        tf.config.set_visible_devices([], "GPU")
        if hardware.devices and hardware.devices > 1:
            cpu = tf.config.list_physical_devices("CPU")[0]
            parts = [tf.config.LogicalDeviceConfiguration()] * hardware.devices
            tf.config.set_logical_device_configuration(cpu, parts)
        return
    wanted = gpus[: hardware.devices]
    if len(wanted) < (hardware.devices or 1):
        raise UserError(
            f"hardware.devices: expected {hardware.devices} GPUs, TensorFlow sees {len(gpus)}; "
            "ask for fewer, or null for all"
        )
    tf.config.set_visible_devices(wanted, "GPU")
    for gpu in wanted:
        if hardware.memory_limit is None:
            tf.config.experimental.set_memory_growth(gpu, hardware.memory_growth)
        else:  # TensorFlow takes one or the other
            limit = tf.config.LogicalDeviceConfiguration(memory_limit=hardware.memory_limit)
            tf.config.set_logical_device_configuration(gpu, [limit])


def strategy(hardware: HardwareConf) -> tf.distribute.Strategy:
    """Return the strategy in whose scope a model is built, for one device or several."""
    devices = tf.config.list_logical_devices(hardware.device.name.upper())
    if len(devices) == 1:
        return tf.distribute.get_strategy()
    return _shared_by(tuple(device.name for device in devices))


@cache
def _shared_by(names: tuple[str, ...]) -> tf.distribute.Strategy:
    # Once in a process: a second strategy would number its sums over the devices as the first did,
    # and TensorFlow refuses a number with another shape.
    return tf.distribute.MirroredStrategy(list(names))


def describe(hardware: HardwareConf) -> dict[str, str | int]:
    """Return what a run is computed on, for its summary."""
    kind = hardware.device.name.upper()
    device = tf.config.get_visible_devices(kind)[0]
    details = tf.config.experimental.get_device_details(device)
    return {
        "device": hardware.device.name,
        "devices": len(tf.config.list_logical_devices(kind)),
        "name": details.get("device_name") or platform.processor() or platform.machine(),
        "threads": hardware.threads
        or tf.config.threading.get_intra_op_parallelism_threads()
        or cores(),
        "precision": hardware.precision.name,
        "platform": platform.platform(),
    }


def _describe(hardware: HardwareConf) -> str:
    return (
        f"device={hardware.device.name} devices={hardware.devices} threads={hardware.threads} "
        f"memory_growth={hardware.memory_growth} memory_limit={hardware.memory_limit} "
        f"deterministic={hardware.deterministic}"
    )
