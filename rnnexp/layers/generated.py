"""What a layer of an equation gets from it: its cell, its signature, its documentation."""

import dataclasses
import inspect
from typing import Any

import keras

from rnnexp.equations import Equation
from rnnexp.layers.documentation import documentation
from rnnexp.layers.equation_cell import EquationCell
from rnnexp.layers.equation_class import check_class, parameters_of, register_defaults

_LAYER = "inputs (B, T, D) → (B, M), or (B, T, M) with return_sequences=True."
_CELL = "inputs (B, D), states (B, M) → h_t (B, M) and the next states."
_EQUATION_LAYER = "rnnexp.layers.equation_layer"


class OfCell:
    """An attribute of a layer that is the attribute of the same name of its cell."""

    def __set_name__(self, owner, name):
        self._name = name

    def __get__(self, layer, owner=None) -> Any:
        return self if layer is None else getattr(layer.cell, self._name)


class OfClass:
    """The signature of a class, which its instances and subclasses with an `__init__` have not.

    `tf.function(layer)` asks an instance for its signature, which is that of its call.
    """

    def __init__(self, kind: type, signature: inspect.Signature):
        self._init, self._signature = kind.__init__, signature  # type: ignore[misc]

    def __get__(self, instance, owner) -> inspect.Signature:
        if instance is not None or owner.__init__ is not self._init:
            raise AttributeError("__signature__")
        return self._signature


def complete(layer: type, equation: type[Equation] | None) -> None:
    """Gives a layer what it does not write out itself.

    layer: a subclass of `EquationLayer`. equation: where it has no `cell_class`, which is then made
        for this equation.
    """
    if equation is not None:
        check_class(layer.__name__, equation, _taken(layer))
        register_defaults(equation)
        layer.cell_class = _cell(layer, equation)  # type: ignore[attr-defined]
        parameters = [*_fields(equation), *_common(layer.cell_class), *_common(layer)]  # type: ignore[attr-defined]
        layer.__signature__ = OfClass(layer, _signature(parameters))  # type: ignore[attr-defined]
        general = _equation_layer(layer)
        own = vars(layer).get("__doc__")
        layer.__doc__ = documentation(own, _LAYER, equation, EquationCell, general)
    cell = getattr(layer, "cell_class", None)
    for name in () if cell is None else cell.argument_names():
        if not hasattr(layer, name):
            attribute = OfCell()
            attribute.__set_name__(layer, name)
            setattr(layer, name, attribute)
    if cell is not None:
        _register(layer)


def _cell(layer, equation) -> type[EquationCell]:
    cell = type(
        f"{layer.__name__}Cell",
        (EquationCell,),
        {
            "equation_class": equation,
            "__module__": layer.__module__,
            "__doc__": documentation(
                f"One step of `{equation.__name__}` as a Keras cell.", _CELL, equation, EquationCell
            ),
        },
    )
    signature = _signature([*_fields(equation), *_common(cell)])
    cell.__signature__ = OfClass(cell, signature)  # type: ignore[attr-defined]
    _register(cell)
    return cell


def _equation_layer(layer) -> type:
    """`EquationLayer`, which is not there to be imported while it is made itself."""
    return next(kind for kind in layer.__mro__ if kind.__module__ == _EQUATION_LAYER)


def _taken(layer) -> set[str]:
    """The names that every layer and cell has."""
    general = _equation_layer(layer)
    weights = {"kernel", "recurrent_kernel", "bias", "own_vectors", "cell"}
    return {*dir(general), *dir(EquationCell), *weights, *parameters_of(general, EquationCell)}


def _register(kind: type) -> None:
    """Under the name of its module: two modules may have a class of one name."""
    package, *_ = kind.__module__.partition(".")
    own = package == "rnnexp"
    keras.saving.register_keras_serializable(package if own else kind.__module__)(kind)


def _signature(parameters) -> inspect.Signature:
    """units, these parameters by name, each once, and Keras's own."""
    units = inspect.Parameter("units", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    keras_own = inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)
    each = {p.name: p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters}
    return inspect.Signature([units, *each.values(), keras_own])


def _fields(equation) -> list[inspect.Parameter]:
    """The equation's fields as parameters: an activation by its name, as a user would write it."""
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=getattr(field.default, "__name__", field.default),
        )
        for field in dataclasses.fields(equation)
    ]


def _common(kind) -> list[inspect.Parameter]:
    """The parameters that `kind.__init__` names, but for units and self."""
    every = inspect.signature(kind.__init__).parameters.values()
    return [p for p in every if p.name not in ("self", "units", "kwargs")]
