"""An equation's class and fields: checked when a layer is declared with it, and made."""

import dataclasses
import inspect

import keras
import numpy as np

from rnnexp.equations import Equation
from rnnexp.layers.argument_names import KERAS


def check_class(layer: str, equation, taken: set[str]) -> None:
    """Checks what `class Layer(EquationLayer, equation=…)` is given.

    Args:
        layer: The name of the layer's class.
        equation: What was given.
        taken: Names that a field cannot have: arguments and attributes of every layer and cell.

    Raises:
        TypeError: It is no subclass of `Equation`, or no dataclass.
        ValueError: A field has no default, or a name or default that it cannot have.
    """
    if not (isinstance(equation, type) and issubclass(equation, Equation)):
        raise TypeError(
            f"{layer} has equation={equation!r}; expected a class that is a subclass of "
            "rnnexp.equations.Equation, not an instance or a name"
        )
    name = equation.__name__
    if isinstance(inspect.getattr_static(equation, "states"), property):
        raise TypeError(f"{name}.states is a property; expected a tuple of names in the class")
    own = vars(equation)
    if "__dataclass_fields__" not in own and ("__annotations__" in own or "__init__" in own):
        raise TypeError(
            f"{name} is no dataclass; expected @dataclass(frozen=True) above the class, and its "
            "arguments as fields, each with a default"
        )
    for field in dataclasses.fields(equation):
        if field.default is dataclasses.MISSING:
            raise ValueError(
                f"the field {field.name!r} of {name} has no default; expected a number or a "
                f"function, as in {field.name}: float = 1.0"
            )
        if field.name in taken or field.name in KERAS or hasattr(Equation, field.name):
            raise ValueError(
                f"{name} has a field {field.name!r}, which is an argument or attribute of every "
                "layer or equation; expected another name (states, memory and initial stand in "
                "the class without an annotation, or with ClassVar)"
            )
        if not callable(field.default):
            plain(field.name, field.default)
        if getattr(field.default, "__name__", None) == "<lambda>":
            raise ValueError(
                f"the field {field.name!r} of {name} has a lambda as its default; expected a "
                "function with a name (def), by which a saved model can find it"
            )


def plain(name: str, value):
    """The value of a field that is no activation, as Python's own number.

    Raises:
        ValueError: It is no number, text or None, which is what can be saved.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is not None and not isinstance(value, int | float | str):
        raise ValueError(
            f"{name} is {value!r}; expected a number, text or None, or a function as the default "
            "of an activation"
        )
    return value


def register_defaults(equation: type[Equation]) -> None:
    """Makes the functions that are fields' defaults known to Keras, so that saved models load."""
    for field in dataclasses.fields(equation):
        function = field.default
        if not inspect.isfunction(function) or function.__module__.split(".")[0] == "keras":
            continue
        if keras.saving.get_registered_name(function) == function.__name__:
            keras.saving.register_keras_serializable(function.__module__)(function)


def parameters_of(*kinds: type) -> set[str]:
    """The names that these classes' `__init__` name."""
    return {name for kind in kinds for name in inspect.signature(kind.__init__).parameters}  # type: ignore[misc]
