"""What the cells of all units have in common: one step of an equation as a Keras cell."""

from collections.abc import Callable
from typing import Any

from keras import ops, tree

from rnnexp.engine.neurons import multiplying, step
from rnnexp.engine.plan import plan
from rnnexp.engine.weights import gated_input, group_matrices, with_ones
from rnnexp.equations import Equation
from rnnexp.layers.arguments import numbers


class EquationCell:
    """A Keras cell whose step is an `Equation`. Mixed into the Keras cell with the same weights.

    A subclass gives its `equation`. Needs `keras.ops` alone: runs on every backend of Keras.
    """

    units: int
    seed: int | None
    kernel: Any
    recurrent_kernel: Any
    bias: Any
    compute_dtype: str
    dropout: float
    recurrent_dropout: float
    get_dropout_mask: Callable
    get_recurrent_dropout_mask: Callable

    @property
    def equation(self) -> Equation:
        raise NotImplementedError(f"{type(self).__name__} gives no equation")

    def weights_in_order(self):
        """Kernel (D, N M), recurrent kernel (M, N M) and bias (N M,), (2, N M) or None."""
        return tuple(
            None if w is None else ops.cast(w, self.compute_dtype)
            for w in (self.kernel, self.recurrent_kernel, self.bias)
        )

    def call(self, inputs, states, training=False):
        """One timestep: inputs (B, D), states one or S of (B, M) → h (B, M), the next states.

        Inputs and states of any real dtype are cast to the compute dtype, as Keras casts them.
        """
        inputs = numbers(inputs, self.compute_dtype)
        previous = tuple(numbers(state, self.compute_dtype) for state in tree.flatten(states))
        x_masks, h_masks = self.dropout_masks(inputs, previous[0], training)
        layout = plan(self.equation, share=x_masks is None and h_masks is None)
        kernel, recurrent_kernel, bias = self.weights_in_order()
        matrices = group_matrices(layout, self.units, kernel, recurrent_kernel, bias)

        def x_of(k):
            return inputs if x_masks is None else inputs * x_masks[k]

        def row(v, x):
            return ops.concatenate([v, x if bias is None else with_ones(x)], axis=-1)

        def product(g, v):
            k = layout.groups[g].neurons[0]
            if h_masks is not None:
                v = v * h_masks[k]
            return ops.matmul(row(v, x_of(k)), matrices[g])

        gated = {k: gated_input(k, self.units, x_of(k), kernel, bias) for k in layout.gated}
        neurons = multiplying(self.equation, layout, product, gated)
        following = step(self.equation, neurons, previous)
        return following[0], list(following) if tree.is_nested(states) else following[0]

    def dropout_masks(self, inputs, h, training):
        """Dropout masks of x_t (B, D) and of h (B, M): lists with one per neuron, or None.

        Drawn once a call by Keras, so the same at every timestep (Gal & Ghahramani 2016).
        """
        neurons = len(self.equation.neurons)

        def per_neuron(masks):
            return masks if isinstance(masks, list) else [masks] * neurons

        x_masks = h_masks = None
        if training and 0.0 < self.dropout < 1.0:
            x_masks = per_neuron(self.get_dropout_mask(inputs))
        if training and 0.0 < self.recurrent_dropout < 1.0:
            h_masks = per_neuron(self.get_recurrent_dropout_mask(h))
        return x_masks, h_masks
