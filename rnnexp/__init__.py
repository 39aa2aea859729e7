"""rnnexp: a laboratory for recurrent networks on Keras 3 and TensorFlow.

`import rnnexp` takes milliseconds: what it offers is imported when it is first used.

    rnnexp.layers         Keras layers and cells: SimpleRNN, GRU, LSTM and all other units
    rnnexp.equations      the equations that the layers compute
    rnnexp.tasks          data sets that ask how far back a unit learns
    rnnexp.callbacks      Keras callbacks that show gates and gradients in TensorBoard
    rnnexp.diagnostics    traces of a model, and measures of them
    rnnexp.interchange    models and weights to and from `keras.layers` and PyTorch

    rnnexp.trace          one batch through a model: states, gates and gradients of every timestep
    rnnexp.Tracer         the same at many steps of a training
    rnnexp.from_keras, to_keras, from_torch, to_torch
    rnnexp.compose, run   an experiment from Python, as `rnnexp train` runs it
    rnnexp.load_history   the arrays that the callbacks wrote
    rnnexp.write_report   the page, figures and tables of `rnnexp report`
    rnnexp.UserError      the exception for a mistake in a config, an override or a folder

Models with rnnexp's layers in them load with `keras.models.load_model` after `import rnnexp`.
"""

import importlib
from typing import TYPE_CHECKING, Any

from rnnexp.saved_layers import register_with_keras

if TYPE_CHECKING:
    from rnnexp import callbacks, diagnostics, equations, interchange, layers, tasks
    from rnnexp.config.compose import compose
    from rnnexp.config.errors import UserError
    from rnnexp.dashboard.history import load_history
    from rnnexp.diagnostics import Tracer
    from rnnexp.diagnostics.tracing import trace
    from rnnexp.interchange import from_keras, from_torch, to_keras, to_torch
    from rnnexp.report.pipeline import write_report
    from rnnexp.training.from_python import run

__version__ = "0.1.0"

# Where each public name lives: a room, or "module:attribute".
_HOMES = {
    "Tracer": "rnnexp.diagnostics:Tracer",
    "UserError": "rnnexp.config.errors:UserError",
    "callbacks": "rnnexp.callbacks",
    "compose": "rnnexp.config.compose:compose",
    "diagnostics": "rnnexp.diagnostics",
    "equations": "rnnexp.equations",
    "from_keras": "rnnexp.interchange:from_keras",
    "from_torch": "rnnexp.interchange:from_torch",
    "interchange": "rnnexp.interchange",
    "layers": "rnnexp.layers",
    "load_history": "rnnexp.dashboard.history:load_history",
    "run": "rnnexp.training.from_python:run",
    "tasks": "rnnexp.tasks",
    "to_keras": "rnnexp.interchange:to_keras",
    "to_torch": "rnnexp.interchange:to_torch",
    "trace": "rnnexp.diagnostics.tracing:trace",
    "write_report": "rnnexp.report.pipeline:write_report",
}

__all__ = [
    "Tracer",
    "UserError",
    "callbacks",
    "compose",
    "diagnostics",
    "equations",
    "from_keras",
    "from_torch",
    "interchange",
    "layers",
    "load_history",
    "run",
    "tasks",
    "to_keras",
    "to_torch",
    "trace",
    "write_report",
]

if not TYPE_CHECKING:  # a type checker would take any misspelt name for one of these

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, _, attribute = _HOMES[name].partition(":")
        imported = importlib.import_module(module)
        return getattr(imported, attribute) if attribute else imported


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})


register_with_keras()
