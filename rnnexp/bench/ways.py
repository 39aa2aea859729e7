"""The ways to use a model in a job, and the cost in CPU time and memory."""

import resource
import sys
import time
from collections.abc import Iterator
from types import ModuleType

import keras
import numpy as np
import tensorflow as tf

import rnnexp.layers
from rnnexp.bench.jobs import JOBS, Cost, Job

LAYERS = {"ours": rnnexp.layers, "keras": keras.layers}
UNITS_OF_MEMORY = 2**20 if sys.platform == "darwin" else 2**10  # units of ru_maxrss per MiB


def cost_of(name: str, whose: str) -> Cost:
    """Measures a job in this process, which should be new: compiled functions stay compiled.

    Args:
        name: The name of a job in `JOBS`.
        whose: The layers to use, "ours" or "keras".

    Returns:
        The cost of the job.
    """
    return cost(JOBS[name], LAYERS[whose])


def cost(job: Job, layers: ModuleType) -> Cost:
    """Measures `job` with the recurrent layers of `layers`, including tracing and compiling."""
    keras.utils.set_random_seed(0)
    largest, start = _largest(), time.process_time()
    WAYS[job.way](job, layers)
    return Cost(time.process_time() - start, _largest() - largest)


def _largest() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNITS_OF_MEMORY


def model_of(job: Job, layers: ModuleType, batch: int | None = None) -> keras.Model:
    """Returns a stack of recurrent layers with one output; stateful if `batch` is given."""
    lengths = {T for _, T in job.shapes}
    T = lengths.pop() if len(lengths) == 1 else None
    model = keras.Sequential([keras.Input(batch_shape=(batch, T, job.features))])
    for k, M in enumerate(job.units):
        layer = getattr(layers, job.unit)(
            M,
            return_sequences=k + 1 < len(job.units),
            stateful=batch is not None,
            dtype=job.dtype,
        )
        model.add(keras.layers.Bidirectional(layer) if job.both_ways else layer)
    model.add(keras.layers.Dense(1, dtype=job.dtype))
    return model


def batches(job: Job) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields the inputs (B, T, D) and targets (B, 1) of an epoch."""
    rng = np.random.default_rng(0)
    for B, T in job.shapes:
        x = rng.normal(size=(B, T, job.features)).astype("float32")
        yield x, x[:, 0, :1]


def fit(job: Job, layers: ModuleType) -> None:
    """Runs `model.fit` on arrays if all batches have one shape, else on a `tf.data.Dataset`."""
    model = model_of(job, layers)
    model.compile("adam", "mse")
    if len(set(job.shapes)) == 1:
        x, y = map(np.concatenate, zip(*batches(job), strict=True))
        model.fit(x, y, batch_size=job.shapes[0][0], epochs=job.epochs, verbose=0)
        return
    specs = tf.TensorSpec(model.input_shape, tf.float32), tf.TensorSpec((None, 1), tf.float32)
    dataset = tf.data.Dataset.from_generator(lambda: batches(job), output_signature=specs)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(len(job.shapes)))
    model.fit(dataset, epochs=job.epochs, shuffle=False, verbose=0)


def tape(job: Job, layers: ModuleType) -> None:
    """Runs a custom training loop with `tf.GradientTape`, without `tf.function`."""
    model, optimizer = model_of(job, layers), keras.optimizers.Adam()
    for _ in range(job.epochs):
        for x, y in batches(job):
            with tf.GradientTape() as recorded:
                loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
            weights = model.trainable_variables
            optimizer.apply(recorded.gradient(loss, [w.value for w in weights]), weights)


def predict(job: Job, layers: ModuleType) -> None:
    """Runs `model.predict` once for each batch."""
    model = model_of(job, layers)
    for x, _ in batches(job):
        model.predict(x, verbose=0)


def step_by_step(job: Job, layers: ModuleType) -> None:
    """Runs a stateful model on each batch: half by calls, half by `predict_on_batch`."""
    model = model_of(job, layers, batch=job.shapes[0][0])
    for k, (x, _) in enumerate(batches(job)):
        if 2 * k < len(job.shapes):
            model(x)
        else:
            model.predict_on_batch(x)


WAYS = {way.__name__: way for way in (fit, tape, predict, step_by_step)}
