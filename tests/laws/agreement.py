"""One configuration of a layer, ours and its reference, and what it means that they agree."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from hypothesis import strategies as st

from tests.units import Unit, normal, randomise

MASKS = ("none", "left", "right", "random", "empty rows")


@dataclass(frozen=True)
class Case:
    """Sizes, arguments of the layer, and what it is called with."""

    B: int
    T: int
    D: int
    M: int
    arguments: dict
    mask: str = "none"
    initial_state: bool = False
    training: bool = False
    seed: int = 0

    @property
    def keras_arguments(self):
        """Keras, unrolled, sets the wrong outputs to zero when it goes backwards: not unrolled."""
        a = self.arguments
        wrong = a.get("go_backwards") and a.get("zero_output_for_mask")
        return {**a, "unroll": a.get("unroll", False) and not wrong}

    def padding(self, rng):
        """The mask (B, T) of bool, or None."""
        lengths = rng.integers(1, self.T + 1, size=(self.B, 1))
        t = np.arange(self.T)
        if self.mask == "none":
            return None
        if self.mask == "right":
            return t < lengths
        if self.mask == "left":
            return t >= self.T - lengths
        mask = rng.uniform(size=(self.B, self.T)) < 0.6
        if self.mask == "empty rows":
            mask[::2] = False
        return mask


@st.composite
def cases(draw, unit: Unit):
    """Any configuration that Keras takes, small."""
    arguments = {
        "use_bias": draw(st.booleans()),
        "return_sequences": draw(st.booleans()),
        "return_state": draw(st.booleans()),
        "go_backwards": draw(st.booleans()),
        "zero_output_for_mask": draw(st.booleans()),
        "unroll": draw(st.booleans()),
        "dropout": draw(st.sampled_from([0.0, 0.3])),
        "recurrent_dropout": draw(st.sampled_from([0.0, 0.4])),
        "seed": draw(st.integers(0, 99)),
    }
    activation = draw(st.sampled_from([None, "tanh", "relu", "sigmoid", "elu", "softmax"]))
    if activation is not None and unit.has_activation and "activation" not in unit.arguments:
        arguments["activation"] = activation
    if "recurrent_activation" in unit.layer_class.cell_class.field_names():
        # Negating z's columns turns one GRU into the other only where σ(-a) = 1 - σ(a).
        arguments["recurrent_activation"] = draw(st.sampled_from(["sigmoid", "hard_sigmoid"]))
    return Case(
        B=draw(st.integers(1, 9)),
        T=draw(st.integers(1, 5)),
        D=draw(st.integers(1, 4)),
        M=draw(st.integers(1, 4)),
        arguments=arguments,
        mask=draw(st.sampled_from(MASKS)),
        initial_state=draw(st.booleans()),
        training=draw(st.booleans()),
        seed=draw(st.integers(0, 2**32 - 1)),
    )


def answers(layer, x, states, call):
    """Outputs, and the gradients of one loss at them: (outputs, weights, inputs and states)."""
    x, states = tf.constant(x), [tf.constant(s) for s in states]
    with tf.GradientTape() as tape:
        tape.watch([x, *states])
        outputs = layer(x, initial_state=states or None, **call)
        outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
        # Each output counts in its own way, so that no gradient hides behind another.
        loss = tf.add_n([tf.reduce_sum(tf.sin(y + k)) for k, y in enumerate(outputs)])
    weights = [w.value for w in layer.trainable_variables]
    sources = tape.gradient(loss, [*weights, x, *states], unconnected_gradients="zero")
    numbers = [g.numpy() for g in sources]
    return [y.numpy() for y in outputs], numbers[: len(weights)], numbers[len(weights) :]


def both(unit: Unit, case: Case, dtype, jit_compile=False):
    """The answers of our layer and of its reference with the weights moved over, ours first."""
    rng = np.random.default_rng(case.seed)
    shape = (case.B, case.T, case.D)
    ours = unit.layer(case.M, dtype=dtype, **case.arguments)
    theirs = unit.reference(case.M, dtype=dtype, **case.keras_arguments)
    ours.jit_compile = jit_compile
    ours.build(shape)
    theirs.build(shape)
    theirs.set_weights(unit.moved(randomise(ours, rng).get_weights()))
    x = normal(rng, *shape, dtype=dtype)
    states = unit.states_like(rng, case.B, case.M, dtype) if case.initial_state else []
    call = {"mask": case.padding(rng), "training": case.training}
    outputs, weights, sources = answers(ours, x, states, call)
    found = outputs, unit.moved(weights), sources
    expected = answers(theirs, x, states, call)
    # Both have drawn as many masks: the next call draws the same ones again.
    np.testing.assert_equal(
        *([v.numpy() for v in w.non_trainable_variables] for w in (ours, theirs))
    )
    return found, expected


def agree(unit: Unit, case: Case, jit_compile=False):
    """Asserts: outputs within 1e-6, gradients within 1e-5 of each gradient's largest.

    Units that Keras has not are compared in float64, far more closely: what a normalisation
    divides by may be small.
    """
    dtype, close = ("float32", 1e-6) if unit.has_keras else ("float64", 1e-11)
    ours, theirs = both(unit, case, dtype, jit_compile)
    for one, other in zip(ours[0], theirs[0], strict=True):
        np.testing.assert_allclose(one, other, rtol=close, atol=close)
        assert one.dtype == other.dtype == dtype
    for one, other in zip(ours[1] + ours[2], theirs[1] + theirs[2], strict=True):
        # A gradient far below its terms, which are about 1, is the rounding of their sum.
        largest = max(0.1, np.abs(other).max(initial=0))
        np.testing.assert_allclose(one, other, rtol=0, atol=10 * close * largest)
