"""Keras cells and layers: drop-in for `keras.layers.SimpleRNN`, `GRU` and `LSTM`, and more units.

Each equation of `rnnexp.equations` has a layer and a cell here: those that Keras has, too, in files
of their own with Keras's arguments; all others made from the equation, by its existing.
"""

from types import new_class
from typing import TYPE_CHECKING, Any

from rnnexp import equations
from rnnexp.layers.equation_cell import EquationCell
from rnnexp.layers.equation_layer import EquationLayer
from rnnexp.layers.gru import EQUATIONS as GRU_EQUATIONS
from rnnexp.layers.gru import GRU, GRUCell
from rnnexp.layers.lstm import LSTM, LSTMCell
from rnnexp.layers.simple_rnn import SimpleRNN, SimpleRNNCell

_WITH_KERASS_ARGUMENTS = {equations.SimpleRNN, equations.LSTM, *GRU_EQUATIONS.values()}


def _made(name: str, equation: type[equations.Equation]) -> dict[str, type]:
    """The layer and the cell of an equation, by name."""
    layer: Any = new_class(
        name,
        (EquationLayer,),
        {"equation": equation},
        lambda namespace: namespace.update(__module__=__name__),
    )
    return {name: layer, f"{name}Cell": layer.cell_class}


GENERATED = {
    name: kind
    for unit, equation in equations.EQUATIONS.items()
    if equation not in _WITH_KERASS_ARGUMENTS
    for name, kind in _made(unit, equation).items()
}
globals().update(GENERATED)

if TYPE_CHECKING:  # the names are not known before the equations are read

    def __getattr__(name: str) -> Any: ...


__all__ = [
    "GRU",
    "LSTM",
    "EquationCell",
    "EquationLayer",
    "GRUCell",
    "LSTMCell",
    "SimpleRNN",
    "SimpleRNNCell",
    *GENERATED,
]
