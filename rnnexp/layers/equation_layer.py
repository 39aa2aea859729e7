"""What the layers of all units have in common: Keras's surface, the engine's loop."""

from keras import ops, tree

from rnnexp.layers.arguments import sequences_of, states_of, timestep_mask
from rnnexp.layers.equation_cell import EquationCell


class EquationLayer:
    """A Keras recurrent layer whose loop is the engine's. Mixed into the Keras layer of the unit.

    Everything around the loop (arguments, states, masks, saving) is Keras's own. A subclass names
    its `cell_class`.

    jit_compile: whether XLA compiles the loops over time in training. True: at once, about a second
        for every size of batch. False: never. "auto", the default: a size of batch (B, T) is
        compiled when it has come so often that compiling it takes less time than it saves. This is
        decided by counting, so a seed repeats itself; a training that is taken up again in a new
        process counts from the start, and may differ in the last bit. An attribute, to be set
        before training; it is not saved. Any other value raises ValueError.
    """

    cell_class: type[EquationCell]
    cell: EquationCell
    go_backwards: bool
    return_sequences: bool
    unroll: bool
    compute_dtype: str
    zero_output_for_mask: bool
    states: list | None
    name: str

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Keras's layer makes its own cell. Ours adds behaviour and no weights, so that one becomes
        # ours where it stands: a second cell would leave the first one's seed in the layer.
        self.cell.__class__ = self.cell_class
        # The engine compiles its own loop with XLA. Keras would otherwise compile the whole model,
        # in which the shares of the batch can no longer run side by side.
        self.supports_jit = False
        self._jit_compile: bool | str = "auto"
        self._calls = None
        # Keras 3.16 no longer hands a mask on to the next recurrent layer; 3.15 does, and so do we.
        self.supports_masking = True

    @property
    def jit_compile(self) -> bool | str:
        return self._jit_compile

    @jit_compile.setter
    def jit_compile(self, value):
        if value not in (True, False, "auto"):
            raise ValueError(f"jit_compile is {value!r}; expected True, False or 'auto'")
        self._jit_compile = value

    def reset_state(self, states=None):
        """Sets the states of a stateful layer: to zeros, or to `states`, S of (B, M) or (1, M).

        Keras documents `states` and raises TypeError for it.
        Raises ValueError where their number or shapes are not the layer's, and for states given to
        a layer that has none yet.
        """
        variables = [] if self.states is None else tree.flatten(self.states)
        if states is None:
            for variable in variables:
                variable.assign(ops.zeros_like(variable.value))
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
        """Inputs (B, T, D) of any real dtype → (B, M), or (B, T, M) with return_sequences=True.

        initial_state: S of (B, M), or (1, M) for all sequences alike. mask: (B, T) or (B, T, 1).
        Raises ValueError for other shapes, TypeError for text and complex numbers.
        """
        cell = self.cell
        sequences = sequences_of(sequences, cell.kernel.shape[0], cell.compute_dtype)
        if initial_state is not None:
            initial_state = self._states(initial_state, like=sequences)
        mask = timestep_mask(mask, sequences)
        call = super().call  # type: ignore[misc]  # of the Keras layer that this is mixed into
        return call(sequences, initial_state=initial_state, mask=mask, training=training)

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """Runs over time: sequences (B, T, D), states (B, M), mask (B, T) of bool or None.

        Returns the last output (B, M), the outputs (B, T, M) and the states after T.
        """
        # TensorFlow's; the cells alone need only Keras.
        from rnnexp.engine.calls import Calls
        from rnnexp.engine.run import run

        cell = self.cell
        states = tuple(tree.flatten(initial_state))
        dropout = cell.dropout_masks(sequences[:, 0], states[0], training)
        if self.go_backwards:
            sequences = ops.flip(sequences, axis=1)
            mask = None if mask is None else ops.flip(mask, axis=1)
        self._calls = self._calls or Calls()
        h, final = run(
            cell.equation,
            cell.weights_in_order(),
            sequences,
            states,
            mask=mask,
            dropout=dropout,
            sequences=(0,) if self.return_sequences else (),
            compiled=self._calls if self.jit_compile == "auto" else self.jit_compile,
            unroll=self.unroll,
        )
        last = masked_output(final[0], mask, self.zero_output_for_mask, last=True)
        if not self.return_sequences:
            return last, last, final
        return last, masked_output(h[0], mask, self.zero_output_for_mask), final


def masked_output(output, mask, zero_masked, last=False):
    """What Keras puts out at masked timesteps.

    Zeros if zero_masked; else the output before, which is zeros until the first step that is not
    masked, whatever the initial state. output is (B, T, M), or (B, M) of the last timestep.
    """
    if mask is None:
        return output
    shown = mask if zero_masked else ops.cumsum(ops.cast(mask, "int32"), axis=1) > 0
    if last:
        shown = shown[:, -1]
    return ops.where(shown[..., None], output, ops.zeros_like(output))
