"""SimpleRNN as a Keras cell and layer."""

import keras

from rnnexp import equations
from rnnexp.layers.equation_cell import EquationCell
from rnnexp.layers.equation_layer import EquationLayer


@keras.saving.register_keras_serializable("rnnexp")
class SimpleRNNCell(EquationCell, keras.layers.SimpleRNNCell):
    """One step of `equations.SimpleRNN`, with the arguments of `keras.layers.SimpleRNNCell`."""

    @property
    def equation(self):
        return equations.SimpleRNN(self.activation)


@keras.saving.register_keras_serializable("rnnexp")
class SimpleRNN(EquationLayer, keras.layers.SimpleRNN):
    """`equations.SimpleRNN` over time, with the arguments and weights of `keras.layers.SimpleRNN`.

    inputs (B, T, D) → (B, M), or (B, T, M) with return_sequences=True.
    """

    cell_class = SimpleRNNCell

    def __init__(self, units, *args, activity_regularizer=None, **kwargs):
        super().__init__(units, *args, **kwargs)
        # Keras 3.15 takes the argument and forgets it.
        self.activity_regularizer = keras.regularizers.get(activity_regularizer)

    def get_config(self):
        # The seed is another one that Keras 3.15 forgets.
        return {**super().get_config(), "seed": self.cell.seed}
