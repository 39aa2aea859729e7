"""Arguments that only the built network and its optimizer can judge."""

from collections.abc import Iterator

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.training.dry_run import dry_run
from rnnexp.training.model import build_model
from tests.bad_inputs.inputs import BadInput

SAID = [
    "model.layer.activation=rellu",
    "model.layer.recurrent_activation=nothing",
    "model.layer.kernel_initializer=glorot",
    "model.layer.recurrent_initializer=orthogonl",
    "model.layer.kernel_regularizer=l3",
    "model.layer.bias_constraint=max",
    "model.layer.activatoin=relu",
    "model.layer.units=3",
    "model.layer.return_sequences=true",
    "model.layer.name=mine",
    "+model.layer.kernel_regularizer={_target_: keras.regularizers.L2, l2: abc}",
    "+model.layer.kernel_initializer={_target_: keras.initializers.Constant, value: abc}",
    "+model.layer.kernel_initializer={_target_: keras.initializers.RandomNormal, stddev: x}",
    "+model.layer.kernel_constraint={_target_: keras.constraints.MaxNorm, max_value: x}",
    "model.layer.dtype=float64",
    "optimizer.momentun=1",
    "optimizer.beta1=0.9",
    "optimizer.jit_compile=true",
    "optimizer._target_=keras.optimizers.Optimizer",
    "optimizer._target_=keras.optimizers.MultiOptimizer",
]


def built() -> Iterator[BadInput]:
    """What Keras refuses when it builds, or only in a first step."""
    for said in SAID:
        yield BadInput(said, lambda _, said=said: _built(said))


def _built(said):
    experiment = check(compose(["model.units=2", "task.order=row", said]))
    dry_run(experiment, build_model(experiment))
