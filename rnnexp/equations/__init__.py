"""What each unit computes in one step: `keras.ops` alone, no layer, no loop.

Every equation in a file of this folder is exported here, by its existing.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Gate, Neuron, StepNeuron, Vector


def _defined_here() -> dict[str, type[Equation]]:
    """By name, the equations that are defined in the modules of this folder."""
    found = {}
    for module in iter_modules(__path__, f"{__name__}."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Equation) and value is not Equation:
                found[value.__name__] = value
    return found


EQUATIONS = _defined_here()
globals().update(EQUATIONS)

if TYPE_CHECKING:  # the names are not known before the files are read

    def __getattr__(name: str) -> Any: ...


__all__ = [
    "Activation",
    "Equation",
    "Gate",
    "Neuron",
    "StepNeuron",
    "Vector",
    *EQUATIONS,
]
