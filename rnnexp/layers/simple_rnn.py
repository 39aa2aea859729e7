"""SimpleRNN as a Keras cell and layer."""

import keras

from rnnexp import equations
from rnnexp.layers.equation_cell import EquationCell
from rnnexp.layers.equation_layer import EquationLayer


@keras.saving.register_keras_serializable("rnnexp")
class SimpleRNNCell(EquationCell):
    """One step of `equations.SimpleRNN`, with the arguments of `keras.layers.SimpleRNNCell`.

    Args:
        units: M, 1 or more.
        activation: Of the unit, as `keras.activations.get` takes it.
        use_bias, kernel_initializer, recurrent_initializer, bias_initializer, kernel_regularizer,
            recurrent_regularizer, bias_regularizer, kernel_constraint, recurrent_constraint,
            bias_constraint, dropout, recurrent_dropout, seed, gate_bias, horizon,
            learn_initial_state, residual, zoneout: See `EquationCell`.
    """

    equation_class = equations.SimpleRNN
    seed_generator_first = True  # as in Keras's, so that the same seed gives the same weights

    def __init__(
        self,
        units,
        activation="tanh",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
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
            gate_bias=gate_bias,
            horizon=horizon,
            learn_initial_state=learn_initial_state,
            residual=residual,
            zoneout=zoneout,
            **kwargs,
        )


@keras.saving.register_keras_serializable("rnnexp")
class SimpleRNN(EquationLayer):
    """`equations.SimpleRNN` over time, with the arguments and weights of `keras.layers.SimpleRNN`.

    inputs (B, T, D) → (B, M), or (B, T, M) with return_sequences=True.

    Args:
        units, activation, …: See `SimpleRNNCell`.
        activity_regularizer, return_sequences, return_state, go_backwards, stateful, unroll: See
            `EquationLayer`.
    """

    cell_class = SimpleRNNCell

    def __init__(
        self,
        units,
        activation="tanh",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        seed=None,
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
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            seed=seed,
            gate_bias=gate_bias,
            horizon=horizon,
            learn_initial_state=learn_initial_state,
            residual=residual,
            zoneout=zoneout,
            **kwargs,
        )
