"""GRU as a Keras cell and layer."""

import keras

from rnnexp import equations
from rnnexp.layers.cudnn import CudnnLayer
from rnnexp.layers.equation_cell import EquationCell
from rnnexp.layers.equation_layer import EquationLayer

EQUATIONS = {
    ("new", False): equations.GRU,
    ("new", True): equations.ResetAfterGRU,
    ("keep", False): equations.KeepGRU,
    ("keep", True): equations.KeepResetAfterGRU,
}


def _checked(update_gate):
    if update_gate not in ("new", "keep"):
        raise ValueError(
            f"update_gate is {update_gate!r}; expected 'new' (z = 1 takes the candidate, "
            "Chung et al. 2014) or 'keep' (z = 1 keeps the old state, as Keras has it)"
        )
    return update_gate


@keras.saving.register_keras_serializable("rnnexp")
class GRUCell(EquationCell, keras.layers.GRUCell):
    """One step of a GRU, with the arguments of `keras.layers.GRUCell` and one more.

    update_gate: what z = 1 means. "new" takes the candidate (Chung et al. 2014), "keep" keeps the
        old state (Cho et al. 2014; `keras.layers.GRUCell`).
    reset_after: whether the reset stands after the recurrent product. False here, as in both
        papers; True in Keras's default.
    Raises ValueError for another update_gate.
    """

    def __init__(self, units, *args, update_gate="new", reset_after=False, **kwargs):
        super().__init__(units, *args, reset_after=reset_after, **kwargs)
        self.update_gate = _checked(update_gate)

    @property
    def equation(self):
        kind = EQUATIONS[self.update_gate, self.reset_after]
        return kind(self.activation, self.recurrent_activation)

    def get_config(self):
        return {**super().get_config(), "update_gate": self.update_gate}


@keras.saving.register_keras_serializable("rnnexp")
class GRU(CudnnLayer, EquationLayer, keras.layers.GRU):
    """A GRU over time, with the arguments and weights of `keras.layers.GRU` and one more.

    inputs (B, T, D) → (B, M), or (B, T, M) with return_sequences=True. The default is the GRU of
    Chung et al. (2014), `equations.GRU`; update_gate="keep" with reset_after=True is
    `keras.layers.GRU`. For both arguments see `GRUCell`.
    """

    cell_class = GRUCell
    cell: GRUCell

    def __init__(self, units, *args, update_gate="new", reset_after=False, **kwargs):
        super().__init__(units, *args, reset_after=reset_after, **kwargs)
        self.cell.update_gate = _checked(update_gate)

    @property
    def update_gate(self):
        return self.cell.update_gate

    def get_config(self):
        # Keras 3.15 forgets use_cudnn, and reloads False as "auto".
        own = {"update_gate": self.update_gate, "use_cudnn": self.use_cudnn}
        return {**super().get_config(), **own}
