"""LSTM as a Keras cell and layer."""

import keras
from keras import initializers, ops

from rnnexp import equations
from rnnexp.layers.cudnn import CudnnLayer
from rnnexp.layers.dropout import MaskCount
from rnnexp.layers.equation_cell import EquationCell
from rnnexp.layers.equation_layer import EquationLayer


@keras.saving.register_keras_serializable("rnnexp")
class LSTMCell(MaskCount, EquationCell):
    """One step of `equations.LSTM`, with the arguments of `keras.layers.LSTMCell`.

    Args:
        units: M, 1 or more.
        activation: Of the candidate and of the memory.
        recurrent_activation: Of the gates.
        unit_forget_bias: Whether the bias of the forget gate starts at 1 (Jozefowicz et al. 2015).
        implementation: 1 draws a dropout mask of its own for each neuron, 2 one for all.
        use_bias, kernel_initializer, recurrent_initializer, bias_initializer, kernel_regularizer,
            recurrent_regularizer, bias_regularizer, kernel_constraint, recurrent_constraint,
            bias_constraint, dropout, recurrent_dropout, seed, gate_bias, horizon,
            learn_initial_state, residual, zoneout: See `EquationCell`.
    """

    equation_class = equations.LSTM
    extra_arguments = ("unit_forget_bias", "implementation")

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        unit_forget_bias=True,
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        implementation=2,
        *,
        gate_bias=None,
        horizon=None,
        learn_initial_state=False,
        residual=False,
        zoneout=0.0,
        **kwargs,
    ):
        super().__init__(
            units,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            seed=seed,
            implementation=implementation,
            gate_bias=gate_bias,
            horizon=horizon,
            learn_initial_state=learn_initial_state,
            residual=residual,
            zoneout=zoneout,
            **kwargs,
        )
        self.unit_forget_bias = unit_forget_bias

    def initializer_of_bias(self):
        """The initializer of the bias without `gate_bias`."""
        general = self.bias_initializer
        if not self.unit_forget_bias:
            return general
        M = self.units

        def with_forget_bias(_, dtype=None):
            # Drawn in Keras's parts, so that a seeded initializer gives Keras's numbers.
            parts = [general((M,), dtype=dtype), initializers.get("ones")((M,), dtype=dtype)]
            return ops.concatenate([*parts, general((2 * M,), dtype=dtype)])

        return with_forget_bias


@keras.saving.register_keras_serializable("rnnexp")
class LSTM(CudnnLayer, EquationLayer):
    """`equations.LSTM` over time, with the arguments and weights of `keras.layers.LSTM`.

    inputs (B, T, D) → (B, M), or (B, T, M) with return_sequences=True.

    Args:
        units, activation, …, unit_forget_bias: See `LSTMCell`.
        activity_regularizer, return_sequences, return_state, go_backwards, stateful, unroll: See
            `EquationLayer`.
        use_cudnn: Whether a GPU runs the layer by cuDNN: True, False, or "auto", where it can.
    """

    cell_class = LSTMCell

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        unit_forget_bias=True,
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        use_cudnn="auto",
        *,
        gate_bias=None,
        horizon=None,
        learn_initial_state=False,
        residual=False,
        zoneout=0.0,
        **kwargs,
    ):
        super().__init__(
            units,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            unit_forget_bias=unit_forget_bias,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            seed=seed,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            use_cudnn=use_cudnn,
            gate_bias=gate_bias,
            horizon=horizon,
            learn_initial_state=learn_initial_state,
            residual=residual,
            zoneout=zoneout,
            **kwargs,
        )
