"""LSTM as a Keras cell and layer."""

import keras

from rnnexp import equations
from rnnexp.layers.cudnn import CudnnLayer
from rnnexp.layers.equation_cell import EquationCell
from rnnexp.layers.equation_layer import EquationLayer


@keras.saving.register_keras_serializable("rnnexp")
class LSTMCell(EquationCell, keras.layers.LSTMCell):
    """One step of `equations.LSTM`, with the arguments of `keras.layers.LSTMCell`."""

    @property
    def equation(self):
        return equations.LSTM(self.activation, self.recurrent_activation)


@keras.saving.register_keras_serializable("rnnexp")
class LSTM(CudnnLayer, EquationLayer, keras.layers.LSTM):
    """`equations.LSTM` over time, with the arguments and weights of `keras.layers.LSTM`.

    inputs (B, T, D) → (B, M), or (B, T, M) with return_sequences=True.
    """

    cell_class = LSTMCell

    def get_config(self):
        # Keras 3.15 forgets it, and reloads False as "auto".
        return {**super().get_config(), "use_cudnn": self.use_cudnn}
