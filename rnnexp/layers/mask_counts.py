"""How many dropout masks a cell draws, where Keras lets the caller choose."""

from typing import Any


class MaskCount:
    """A cell with Keras's argument `implementation`. Mixed in before `EquationCell`."""

    equation: Any
    recurrent_dropout: float

    def __init__(self, units, *, implementation=2, **arguments):
        super().__init__(units, **arguments)  # type: ignore[call-arg]
        # Keras's own rule: recurrent dropout has a mask for each neuron.
        self.implementation = 1 if self.recurrent_dropout != 0.0 else implementation

    @property
    def dropout_mask_count(self) -> int | None:
        """A mask for each neuron, or one for all (None), as Keras's `DropoutRNNCell` reads it."""
        return len(self.equation.neurons) if self.implementation == 1 else None
