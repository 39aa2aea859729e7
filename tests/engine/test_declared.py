"""What is against the contract of `Equation` is refused in one sentence, before anything runs."""

from dataclasses import dataclass

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import activations, ops

from rnnexp.equations import Equation, Gate, Neuron, Vector
from rnnexp.layers import EquationLayer


@dataclass(frozen=True)
class Gated(Equation):
    """z ⊙ h_{t-1} + (1 - z) ⊙ ĥ, which is right; each test has one mistake in it."""

    @property
    def neurons(self):
        return (
            Neuron("z", activations.sigmoid, "update"),
            Neuron("candidate", activations.tanh, "candidate"),
        )

    def step(self, z, candidate, h):
        z = z(h)
        return z * h + (1 - z) * candidate(h)


def built(**mistake):
    equation = dataclass(frozen=True)(type("Mine", (Gated,), mistake))
    layer = type(EquationLayer)("Own", (EquationLayer,), {}, equation=equation)(3)
    layer.build((None, None, 2))
    return layer


DECLARED = {
    r"Mine.states is 'hidden'; expected a tuple of": {"states": "hidden"},
    r"Mine.states is \(\); expected a tuple of": {"states": ()},
    r"Mine.memory is 'c'; expected the name of a state: h": {"memory": "c"},
    r"Mine.initial is \[1.0\]; expected a dictionary": {"initial": [1.0]},
    r"Mine.initial has a start for 'c'; expected": {"initial": {"c": 1.0}},
    r"Mine.initial has 'ones' for 'h'; expected a number": {"initial": {"h": "ones"}},
    r"Mine.initial has Vector\(.*; expected": {"initial": {"h": Vector("start", count=2)}},
    r"Mine.neurons is a method; expected a property": {"neurons": lambda self: ()},
    r"Mine.vectors is \('p',\); expected a property": {"vectors": ("p",)},
    r"Mine.vectors is Vector\(.*; expected a property": {"vectors": Vector("p")},
    r"Mine.gates is \('z',\); expected a property": {"gates": ("z",)},
    r"Mine calls a vector 'p/1'; expected letters": {"vectors": (Vector("p/1"),)},
    r"gate 'k' of Mine fails: .*; expected a function of \(neurons, before, after\)": {
        "gates": (Gate("k", "forget", lambda neurons, before, after: 1 - neurons.zz),)
    },
    r"gate 'k' of Mine has shape \(\) .*; expected \(B, M\)": {
        "gates": (Gate("k", "forget", lambda neurons, before, after: ops.mean(neurons.z)),)
    },
}


@pytest.mark.parametrize("reason", DECLARED)
def test_a_declaration_against_the_contract_is_refused(reason):
    with pytest.raises(ValueError, match=reason):
        built(**DECLARED[reason])


STEPS = {
    r"cannot take its arguments .*; expected step\(self, z, candidate, h\)": lambda self, z, h: h,
    "returns a list; expected a tuple": lambda self, z, candidate, h: [z(h) * candidate(h)],
    "returns a state h of dtype bool": lambda self, z, candidate, h: z(h) > candidate(h),
    "with a neuron that is not called; expected": lambda self, z, candidate, h: candidate(h) * z,
    "a vector of type neuron, which is not called": lambda self, z, candidate, h: candidate(z),
    "cannot be used as a boolean; expected": lambda self, z, candidate, h: max(z(h), candidate(h)),
    "to a TensorFlow function; expected": lambda self, z, candidate, h: tf.tanh(h) * z(h),
    r"a vector of shape \(1, 16\) .*; expected": lambda self, z, candidate, h: (
        z(ops.concatenate([h, h], -1)) * candidate(h)
    ),
    r"a vector of type float; expected \(B, M\)": lambda self, z, candidate, h: z(0.5),
    r"a gate or plus of shape \(1, 16\)": lambda self, z, candidate, h: z(
        h, plus=ops.concatenate([h, h], -1)
    ),
}


@pytest.mark.parametrize("reason", STEPS)
def test_a_step_that_cannot_run_is_refused_with_what_was_expected(reason):
    with pytest.raises(ValueError, match=f"step of Mine .*{reason}"):
        built(step=STEPS[reason])


PARTS = {
    "neuron 'z' has the activation 'sigmoid'; expected a function": (
        lambda: Neuron("z", "sigmoid", "update")
    ),
    "neuron 'z' has recurrent='eye'; expected a function": (
        lambda: Neuron("z", activations.sigmoid, "update", recurrent="eye")
    ),
    "vector 'p' has count=0; expected a positive": lambda: Vector("p", count=0),
    "vector 'p' has the constraint 'non_neg'; expected a": lambda: Vector("p", "ones", "non_neg"),
    "gate 'k' has the role 'updat'; expected one of": lambda: Gate("k", "updat"),
}


@pytest.mark.parametrize("reason", PARTS)
def test_a_part_that_cannot_be_is_refused(reason):
    with pytest.raises(ValueError, match=reason):
        PARTS[reason]()


def test_a_derived_matrix_of_another_shape_is_refused():
    row = Neuron("z", activations.sigmoid, "update", recurrent=lambda w: w[0])
    layer = built(neurons=(row, Neuron("candidate", activations.tanh, "candidate")))
    with pytest.raises(ValueError, match=r"'z' gives a matrix of shape \(3,\); expected \(3, 3\)"):
        layer(np.zeros((1, 2, 2), "float32"))


def test_a_number_or_a_vector_of_weights_may_be_added_to_a_neuron():
    """Outputs and gradients are those of Keras's loop around the cell."""
    layer = built(
        vectors=(Vector("p", "ones"),),
        step=lambda self, z, candidate, h, p: z(h, plus=p) * candidate(h, plus=0.5),
    )
    plain = keras.layers.RNN(type(layer).cell_class(3))
    plain.build((None, None, 2))
    plain.set_weights(layer.get_weights())
    x = tf.constant(np.random.default_rng(0).normal(size=(2, 4, 2)), "float32")
    found = []
    for each in (layer, plain):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(each(x) ** 2)
        found.append([loss, *tape.gradient(loss, [v.value for v in each.trainable_variables])])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
