"""Dropout of a cell: which masks it draws, by Keras's `DropoutRNNCell`."""

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


def masks_of_neurons(cell, x, h):
    """The masks of a cell in training: of x_t (B, D), and of what is read beside it (B, M).

    Keras draws them once a call, so they are the same at every timestep (Gal & Ghahramani 2016).

    Returns:
        Two lists with a mask for each neuron; None in place of one where nothing is dropped.
    """
    neurons = len(cell.equation.neurons)

    def per_neuron(rate, draw, like):
        if not 0.0 < rate < 1.0:
            return None
        masks = draw(like)
        return masks if isinstance(masks, list) else [masks] * neurons

    return (
        per_neuron(cell.dropout, cell.get_dropout_mask, x),
        per_neuron(cell.recurrent_dropout, cell.get_recurrent_dropout_mask, h),
    )
