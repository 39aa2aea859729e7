"""What the loops work on."""

from typing import Any, NamedTuple

import tensorflow as tf

from rnnexp.engine.weights import with_ones


class Operands(NamedTuple):
    """The tensors of one call. G groups, S states, E = D + 1 with a bias, else D.

    inputs: x of (B, T, D): one for all groups, or one for each under dropout masks of their own.
    matrices: G of (M + E, n M): what multiplies [v; x_t; 1]; (M, n M) of a group without input.
    input_products: by neuron whose input stays apart (B, T, M): x_t W_x and its bias.
    vectors: the equation's own vectors of weights.
    biases: by neuron that is taken in parts (M,).
    states: S initial states (B, M).
    mask: (B, T) of bool, or None: where False, the states are copied.
    read_masks: G of (B, M) or None: dropout on the vector that a group reads.
    length: how many of the T timesteps there are, the others being padding; None for all.
    """

    inputs: tuple[Any, ...]
    matrices: tuple[Any, ...]
    input_products: dict[int, Any]
    vectors: tuple[Any, ...]
    biases: dict[int, Any]
    states: tuple[Any, ...]
    mask: Any = None
    read_masks: tuple[Any, ...] | None = None
    length: Any = None

    def followed(self):
        """What the loops are differentiated in."""
        return (
            self.inputs,
            self.matrices,
            self.input_products,
            self.vectors,
            self.biases,
            self.states,
        )

    def following(self, inputs, matrices, input_products, vectors, biases, states):
        """The same with these in place of what is differentiated."""
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
        """Whether a bias is among the rows that are multiplied."""
        rows = self.units + self.inputs[0].shape[-1]
        return any(matrix.shape[0] > rows for matrix in self.matrices)

    @property
    def units(self) -> int:
        return self.states[0].shape[-1]

    @property
    def timesteps(self):
        """T, a number where it is known."""
        x = self.inputs[0]
        return tf.shape(x)[1] if x.shape[1] is None else x.shape[1]


class Timestep(NamedTuple):
    """What one timestep gets from outside; of all timesteps, the same with T first.

    inputs: (B, E), one for all groups or one for each; mask: (B, 1) of bool, or None;
    input_products: by neuron whose input stays apart (B, M).
    """

    inputs: tuple[Any, ...]
    mask: Any
    input_products: dict[int, Any]

    def input(self, g):
        """What group g sees of x, with ones."""
        return self.inputs[g % len(self.inputs)]

    def at(self, t):
        """Timestep t, where these are all timesteps."""
        return each(lambda a: tf.gather(a, t), self)


def over_time(operands: Operands) -> Timestep:
    """All timesteps, T first."""
    biased = operands.biased
    return Timestep(
        inputs=tuple(time_first(with_ones(x) if biased else x) for x in operands.inputs),
        mask=None if operands.mask is None else tf.transpose(operands.mask)[:, :, None],
        input_products={k: time_first(v) for k, v in operands.input_products.items()},
    )


def by_timestep(operands: Operands) -> list[Timestep]:
    """T timesteps, where T is known."""
    parts = each(tf.unstack, over_time(operands))
    return [each(lambda a, t=t: a[t], parts) for t in range(operands.timesteps)]


def each(function, whole: Timestep) -> Timestep:
    """function(a) for each array of `whole`."""
    mask = None if whole.mask is None else function(whole.mask)
    apart = {k: function(v) for k, v in whole.input_products.items()}
    return Timestep(tuple(map(function, whole.inputs)), mask, apart)


def constant(structure):
    """The tensors of a structure, of which no tape follows any; None stays None."""
    return tf.nest.map_structure(lambda x: x if x is None else tf.stop_gradient(x), structure)


def time_first(x):
    """(B, T, …) as (T, B, …), and back."""
    return tf.transpose(x, [1, 0, 2])


def dropped(operands: Operands, g, v):
    """What group g reads of v (…, B, M) under dropout."""
    return v if operands.read_masks is None else v * operands.read_masks[g]
