"""The tensors that the loops work on."""

from typing import Any, NamedTuple

import tensorflow as tf

from rnnexp.engine.weights import with_ones


class Operands(NamedTuple):
    """The tensors of one call, with G groups, S states, and E = D + 1 with a bias, else D.

    Attributes:
        inputs: x (B, T, D): one for all groups, or one for each group if they have separate dropout
            masks.
        matrices: G of (M + E, n M), which multiply [v; x_t; 1]; (M, n M) for a group without input.
        input_products: For each neuron with a separate input product, x_t W_x + b, (B, T, M).
        vectors: The equation's vectors of weights.
        biases: For each neuron called in parts, its bias (M,).
        states: S initial states (B, M).
        mask: (B, T) of bool, or None. Where it is False, the states are copied.
        read_masks: G dropout masks (B, M) of the vectors that the groups read, or None.
        zoneout: For each state, the share (B, T, M) of its old value that a timestep keeps, or
            None; None without zoneout.
        length: The number of real timesteps if the rest is padding; None for all T.
    """

    inputs: tuple[Any, ...]
    matrices: tuple[Any, ...]
    input_products: dict[int, Any]
    vectors: tuple[Any, ...]
    biases: dict[int, Any]
    states: tuple[Any, ...]
    mask: Any = None
    read_masks: tuple[Any, ...] | None = None
    zoneout: tuple[Any, ...] | None = None
    length: Any = None

    def followed(self):
        """Returns the tensors that the loops are differentiated in."""
        return (
            self.inputs,
            self.matrices,
            self.input_products,
            self.vectors,
            self.biases,
            self.states,
        )

    def following(self, inputs, matrices, input_products, vectors, biases, states):
        """Returns the operands with new values of the differentiated tensors."""
        return self._replace(
            inputs=inputs,
            matrices=matrices,
            input_products=input_products,
            vectors=vectors,
            biases=biases,
            states=states,
        )

    @property
    def biased(self) -> bool:
        """Whether the matrices have a row for the bias."""
        rows = self.units + self.inputs[0].shape[-1]
        return any(matrix.shape[0] > rows for matrix in self.matrices)

    @property
    def units(self) -> int:
        return self.states[0].shape[-1]

    @property
    def timesteps(self):
        """T: a number if it is static, else a tensor."""
        x = self.inputs[0]
        return tf.shape(x)[1] if x.shape[1] is None else x.shape[1]


class Timestep(NamedTuple):
    """The inputs of one timestep, or of all timesteps with a first axis T.

    Attributes:
        inputs: (B, E): one for all groups, or one for each group.
        mask: (B, 1) of bool, or None.
        input_products: For each neuron with a separate input product, (B, M).
        zoneout: For each state, the share (B, M) that is kept, or None; None without zoneout.
    """

    inputs: tuple[Any, ...]
    mask: Any
    input_products: dict[int, Any]
    zoneout: tuple[Any, ...] | None = None

    def input(self, g):
        """Returns the input of group g, with a last feature of ones if there is a bias."""
        return self.inputs[g % len(self.inputs)]

    def at(self, t):
        """Returns timestep t of all timesteps."""
        return each(lambda a: tf.gather(a, t), self)


def over_time(operands: Operands) -> Timestep:
    """Returns the inputs of all timesteps with the time axis first."""
    biased = operands.biased
    return Timestep(
        inputs=tuple(time_first(with_ones(x) if biased else x) for x in operands.inputs),
        mask=None if operands.mask is None else _mask_over_time(operands.mask),
        input_products={k: time_first(v) for k, v in operands.input_products.items()},
        zoneout=each_share(time_first, operands.zoneout),
    )


def _mask_over_time(mask):
    """Returns a mask (B, T) as (T, B, 1)."""
    # TensorFlow prints an error when oneDNN transposes bool on a CPU without AVX-512.
    return tf.expand_dims(tf.transpose(tf.where(mask, 1.0, 0.0)) > 0, 2)


def by_timestep(operands: Operands) -> list[Timestep]:
    """Returns a list of T timesteps, for a static T."""
    parts = each(tf.unstack, over_time(operands))
    return [each(lambda a, t=t: a[t], parts) for t in range(operands.timesteps)]


def each(function, whole: Timestep) -> Timestep:
    """Applies a function to each tensor of `whole`."""
    mask = None if whole.mask is None else function(whole.mask)
    apart = {k: function(v) for k, v in whole.input_products.items()}
    zoneout = each_share(function, whole.zoneout)
    return Timestep(tuple(map(function, whole.inputs)), mask, apart, zoneout)


def each_share(function, zoneout):
    """Applies a function to each tensor of `zoneout`, of operands or of a timestep."""
    if zoneout is None:
        return None
    return tuple(None if share is None else function(share) for share in zoneout)


def constant(structure):
    """Returns a structure of tensors through which no gradient flows; None stays None."""
    return tf.nest.map_structure(lambda x: x if x is None else tf.stop_gradient(x), structure)


def time_first(x):
    """Transposes (B, T, M) to (T, B, M), and back."""
    return tf.transpose(x, [1, 0, 2])


def dropped(operands: Operands, g, v):
    """Applies the dropout mask of group g to the vector v (…, B, M)."""
    return v if operands.read_masks is None else v * operands.read_masks[g]
