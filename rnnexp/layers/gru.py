"""GRU as a Keras cell and layer."""

import keras

from rnnexp import equations
from rnnexp.layers.argument_names import flag
from rnnexp.layers.cudnn import CudnnLayer
from rnnexp.layers.dropout import MaskCount
from rnnexp.layers.equation_cell import EquationCell
from rnnexp.layers.equation_layer import EquationLayer

EQUATIONS = {
    ("new", False): equations.GRU,
    ("new", True): equations.ResetAfterGRU,
    ("keep", False): equations.KeepGRU,
    ("keep", True): equations.KeepResetAfterGRU,
}


@keras.saving.register_keras_serializable("rnnexp")
class GRUCell(MaskCount, EquationCell):
    """One step of a GRU, with the arguments of `keras.layers.GRUCell` and one more.

    Args:
        units: M, 1 or more.
        activation: Of the candidate, as `keras.activations.get` takes it.
        recurrent_activation: Of the gates.
        reset_after: Whether the reset stands after the recurrent product. False here, as in both
            papers; True in Keras's default.
        update_gate: What z = 1 means. "new" takes the candidate (Chung et al. 2014), "keep" keeps
            the old state (Cho et al. 2014; `keras.layers.GRUCell`).
        implementation: 1 draws a dropout mask of its own for each neuron, 2 one for all.
        use_bias, kernel_initializer, recurrent_initializer, bias_initializer, kernel_regularizer,
            recurrent_regularizer, bias_regularizer, kernel_constraint, recurrent_constraint,
            bias_constraint, dropout, recurrent_dropout, seed, gate_bias, horizon,
            learn_initial_state, residual, zoneout: See `EquationCell`.

    Raises:
        ValueError: `update_gate` is neither "new" nor "keep".
    """

    equation_class = equations.GRU
    extra_arguments = ("reset_after", "update_gate", "implementation")

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
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
        reset_after=False,
        seed=None,
        implementation=2,
        update_gate="new",
        *,
        gate_bias=None,
        horizon=None,
        learn_initial_state=False,
        residual=False,
        zoneout=0.0,
        **kwargs,
    ):
        if update_gate not in ("new", "keep"):
            raise ValueError(
                f"update_gate is {update_gate!r}; expected 'new' (z = 1 takes the candidate, "
                "Chung et al. 2014) or 'keep' (z = 1 keeps the old state, as Keras has it)"
            )
        # They choose the equation, by which the other arguments are checked.
        self.reset_after = flag("reset_after", reset_after)
        self.update_gate = update_gate
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

    @property
    def equation(self):
        """The reading of the GRU that `update_gate` and `reset_after` choose."""
        kind = EQUATIONS[self.update_gate, self.reset_after]
        return kind(self.activation, self.recurrent_activation)


@keras.saving.register_keras_serializable("rnnexp")
class GRU(CudnnLayer, EquationLayer):
    """A GRU over time, with the arguments and weights of `keras.layers.GRU` and one more.

    inputs (B, T, D) → (B, M), or (B, T, M) with return_sequences=True. The default is the GRU of
    Chung et al. (2014), `equations.GRU`; update_gate="keep" with reset_after=True is
    `keras.layers.GRU`.

    Args:
        units, activation, …, reset_after, update_gate: See `GRUCell`.
        activity_regularizer, return_sequences, return_state, go_backwards, stateful, unroll: See
            `EquationLayer`.
        use_cudnn: Whether a GPU runs the layer by cuDNN: True, False, or "auto", where it can.
    """

    cell_class = GRUCell

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
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
        seed=None,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        reset_after=False,
        use_cudnn="auto",
        update_gate="new",
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
            reset_after=reset_after,
            use_cudnn=use_cudnn,
            update_gate=update_gate,
            gate_bias=gate_bias,
            horizon=horizon,
            learn_initial_state=learn_initial_state,
            residual=residual,
            zoneout=zoneout,
            **kwargs,
        )
