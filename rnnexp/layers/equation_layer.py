"""What the layers of all units have in common: Keras's surface, the engine's loop."""

from typing import Any, ClassVar

import keras
from keras import ops, regularizers, tree
from keras.src.utils.naming import to_snake_case

from rnnexp.equations import Equation
from rnnexp.layers.argument_names import check_arguments
from rnnexp.layers.arguments import sequences_of, states_of, timestep_mask
from rnnexp.layers.equation_cell import EquationCell
from rnnexp.layers.generated import OfCell, complete
from rnnexp.layers.keras_loop import inner_loop
from rnnexp.layers.loop_choice import LoopChoice
from rnnexp.layers.outputs import outputs_of


class EquationLayer(LoopChoice, keras.layers.RNN):
    """A Keras recurrent layer whose weights and step follow from an `Equation`.

    inputs (B, T, D) → (B, M), or (B, T, M) with return_sequences=True. A layer for an equation of
    your own is one statement, and its cell comes with it, as `cell_class`:

        class Layer(rnnexp.layers.EquationLayer, equation=MyEquation):
            pass

    Its arguments are the fields of the equation and those below. `Layer` is saved and loaded as any
    Keras layer, once the module that defines it is imported.

    Args:
        units: M, 1 or more.
        return_sequences: Whether to return h_t of every timestep, (B, T, M), or the last, (B, M).
        return_state: Whether to return the last states too.
        go_backwards: Whether to go from x_T to x_1.
        stateful: Whether the next batch starts with the last states of this one.
        unroll: Whether to build the graph without a loop, for a T that is known.
        zero_output_for_mask: Whether masked timesteps put out zeros, rather than what the timestep
            before put out.
        activity_regularizer: Of the output.
        kwargs: The arguments of the cell (`use_bias`, `kernel_initializer`, `dropout`, …, and the
            fields of the equation), and `name`, `dtype` and `trainable`.

    Attributes:
        jit_compile: Whether XLA compiles the loops over time in training. True: at once, about a
            second for every size of batch. False: never. "auto", the default: a size of batch
            (B, T) is compiled when it has come so often that compiling it takes less time than it
            saves. This is decided by counting, so a seed repeats itself; a training that is taken
            up again in a new process counts from the start, and may differ in the last bit. To be
            set before training; it is not saved. Any other value raises ValueError.
        parallel: Whether blocks of timesteps run side by side where the next state is affine in the
            state (see docs/units.md): True, the default, or False for a loop over all timesteps.
            Units with another recurrence always run in a loop. The results agree to rounding. It is
            not saved. Any other value raises ValueError.
    """

    cell_class: ClassVar[type[EquationCell]]
    cell: Any

    units = OfCell()
    use_bias = OfCell()
    kernel_initializer = OfCell()
    recurrent_initializer = OfCell()
    bias_initializer = OfCell()
    kernel_regularizer = OfCell()
    recurrent_regularizer = OfCell()
    bias_regularizer = OfCell()
    kernel_constraint = OfCell()
    recurrent_constraint = OfCell()
    bias_constraint = OfCell()
    dropout = OfCell()
    recurrent_dropout = OfCell()
    seed = OfCell()
    gate_bias = OfCell()
    horizon = OfCell()
    learn_initial_state = OfCell()
    residual = OfCell()
    zoneout = OfCell()

    def __init_subclass__(cls, equation: type[Equation] | None = None, **kwargs):
        super().__init_subclass__(**kwargs)
        complete(cls, equation)

    def __init__(
        self,
        units,
        *,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        zero_output_for_mask=False,
        activity_regularizer=None,
        **kwargs,
    ):
        if not hasattr(self, "cell_class"):
            raise TypeError(
                f"{type(self).__name__} has no equation; expected a subclass that has one: "
                "class Layer(EquationLayer, equation=MyEquation)"
            )
        names = self.cell_class.argument_names()
        own = {name: kwargs.pop(name) for name in names if name in kwargs}
        check_arguments(type(self), kwargs)
        shared = {name: kwargs[name] for name in ("dtype", "trainable") if name in kwargs}
        cell = self.cell_class(units, **own, **shared, name=self.cell_name())
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            zero_output_for_mask=zero_output_for_mask,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.input_spec = keras.layers.InputSpec(ndim=3)
        # The engine compiles its own loop with XLA. Keras would otherwise compile the whole model,
        # in which the shards of the batch can no longer run side by side.
        self.supports_jit = False
        self._calls = None
        # Keras 3.16 no longer hands a mask on to the next recurrent layer; 3.15 does, and so do we.
        self.supports_masking = True

    @classmethod
    def cell_name(cls) -> str:
        """The name of the layer's cell, which the paths of its weights have in them."""
        return f"{to_snake_case(cls.__name__)}_cell"

    def get_config(self):
        """The arguments, as Keras saves them: those of the cell among the layer's own."""
        config = super().get_config()
        del config["cell"]
        own = self.cell.get_config()
        config |= {name: own[name] for name in ("units", *self.cell_class.argument_names())}
        activity = regularizers.serialize(self.activity_regularizer)
        return {**config, "activity_regularizer": activity}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """The layer with the arguments of `get_config`."""
        return cls(**config)

    def reset_state(self, states=None):
        """Sets the states of a stateful layer.

        Args:
            states: S of (B, M) or (1, M), as Keras documents it and does not take it. None sets
                them to where the unit starts.

        Raises:
            ValueError: Their number or shapes are not the layer's, or the layer has no states yet.
        """
        variables = [] if self.states is None else tree.flatten(self.states)
        if states is None:
            if variables:
                starts = self.cell.get_initial_state(variables[0].shape[0])
                for variable, start in zip(variables, starts, strict=True):
                    variable.assign(start)
            return
        if not variables:
            raise ValueError(
                f"layer {self.name!r} has no states to set; expected a layer with stateful=True "
                "that is built or has been called"
            )
        given = self._states(states, like=variables[0].value)
        for variable, state in zip(variables, given, strict=True):
            variable.assign(state)

    def reset_states(self, states=None):
        """`reset_state`, by its older name."""
        self.reset_state(states)

    def _states(self, states, like):
        """S states (B, M) from what a caller gives, in number and dtype as `like` (B, …)."""
        return states_of(states, self.cell.equation.states, self.cell.units, like)

    def call(self, sequences, initial_state=None, mask=None, training=False):
        """Runs the layer.

        Args:
            sequences: Inputs (B, T, D) of any real dtype.
            initial_state: S of (B, M), or (1, M) for all sequences alike.
            mask: (B, T) or (B, T, 1): where False, a timestep is left out.
            training: Whether dropout is drawn.

        Returns:
            (B, M), or (B, T, M) with return_sequences=True; then the last states with
            return_state=True.

        Raises:
            ValueError: A shape is another one.
            TypeError: The inputs are text or complex numbers.
        """
        cell = self.cell
        sequences = sequences_of(sequences, cell.kernel.shape[0], cell.compute_dtype)
        if initial_state is not None:
            initial_state = self._states(initial_state, like=sequences)
        mask = timestep_mask(mask, sequences)
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """Runs over time: sequences (B, T, D), states (B, M), mask (B, T) of bool or None.

        Returns the last output (B, M), the outputs (B, T, M) and the states after T.
        """
        if keras.backend.backend() != "tensorflow":  # for which the engine is written
            return inner_loop(self, sequences, initial_state, mask, training)
        from rnnexp.engine.compile_policy import CallCounter
        from rnnexp.engine.run import run

        cell = self.cell
        states = tuple(tree.flatten(initial_state))
        dropout = cell.dropout_masks(sequences[:, 0], states[0], training)
        if self.go_backwards:
            sequences = ops.flip(sequences, axis=1)
            mask = None if mask is None else ops.flip(mask, axis=1)
        self._calls = self._calls or CallCounter()
        h, final = run(
            cell.equation,
            cell.step_weights(),
            sequences,
            states,
            mask=mask,
            dropout=dropout,
            zoneout=cell.zoneout_shares((*ops.shape(sequences)[:2], cell.units), training),
            sequences=(0,) if self.return_sequences else (),
            compiled=self._calls if self.jit_compile == "auto" else self.jit_compile,
            unroll=self.unroll,
            parallel=self.parallel,
        )
        last = outputs_of(self, final[0], sequences, mask, last=True)
        if not self.return_sequences:
            return last, last, final
        return last, outputs_of(self, h[0], sequences, mask), final
