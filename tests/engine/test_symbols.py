"""A `step` that does not do what its contract says is refused in words when the layer is built."""

from dataclasses import dataclass

import pytest
from keras import activations, ops

from rnnexp.equations import Equation, Neuron, Vector
from rnnexp.layers import EquationLayer


@dataclass(frozen=True)
class Two(Equation):
    """Two neurons, of which each case below makes something."""

    activation: object = activations.tanh

    @property
    def neurons(self):
        return (
            Neuron("gate", activations.sigmoid, "update"),
            Neuron("candidate", self.activation, "candidate"),
        )


def never_called(self, gate, candidate, h):
    return gate(h) * h


def different_vectors(self, gate, candidate, h):
    return gate(h) * candidate(h) + candidate(gate(h) * h)


def different_gates(self, gate, candidate, h):
    return candidate(h, gate=gate(h)) + candidate(h)


def different_plus(self, gate, candidate, h):
    return candidate(h, plus=gate(h)) + candidate(h, plus=h)


def whole_and_in_parts(self, gate, candidate, h):
    a = candidate.input() + candidate.product(h)
    return gate(h) * candidate(h) + candidate.output(a)


def parts_without_output(self, gate, candidate, h):
    return gate(h) * (candidate.input() + candidate.product(h))


def gate_without_vector(self, gate, candidate, h):
    return candidate(gate=gate(h))


def product_without_vector(self, gate, candidate, h):
    return gate(h) * candidate.output(candidate.input() + candidate.product())


def two_states(self, gate, candidate, h):
    return gate(h) * h, candidate(h)


def state_of_another_shape(self, gate, candidate, h):
    return ops.concatenate([gate(h), candidate(h)], axis=-1)


def state_without_batch(self, gate, candidate, h):
    return ops.sum(gate(h) * candidate(h), axis=0)


def state_that_is_a_number(self, gate, candidate, h):
    gate(h), candidate(h)
    return 0.0


REFUSED = {
    never_called: "step of Two never calls its neuron 'candidate'",
    different_vectors: "calls its neuron 'candidate' twice in one step, with different arguments; "
    r"expected one call. .* declare a second neuron, Neuron\(..., weights_of='candidate'\)",
    different_gates: "calls its neuron 'candidate' twice in one step, with different arguments",
    different_plus: "calls its neuron 'candidate' twice in one step, with different arguments",
    whole_and_in_parts: "calls its neuron 'candidate' whole and in parts; expected one of the two",
    parts_without_output: "takes its neuron 'candidate' in parts and never calls its output",
    gate_without_vector: "gives its neuron 'candidate' a gate and no vector",
    product_without_vector: "asks for a product of its neuron 'candidate' with no vector",
    two_states: "step of Two returns 2 states; expected 1: h",
    state_of_another_shape: r"returns a state h of shape \(1, 16\) for B = 1 and M = 8; expected",
    state_without_batch: r"returns a state h of shape \(8,\) for B = 1 and M = 8",
    state_that_is_a_number: "returns a state h of type float",
}


def layer_of(equation):
    return type(EquationLayer)("Own", (EquationLayer,), {}, equation=equation)


def refused_when_built(equation, reason):
    layer = layer_of(equation)(3)
    with pytest.raises(ValueError, match=reason):
        layer.build((None, None, 2))


@pytest.mark.parametrize("step", REFUSED, ids=lambda step: step.__name__)
def test_a_step_against_the_contract_is_refused(step):
    equation = dataclass(frozen=True)(type("Two", (Two,), {"step": step}))
    refused_when_built(equation, REFUSED[step])


def test_calls_alike_are_one_call():
    def step(self, gate, candidate, h):
        again = candidate(h * gate(h))
        return gate(h) * candidate(gate(h) * h) + again

    equation = dataclass(frozen=True)(type("Two", (Two,), {"step": step}))
    layer = layer_of(equation)(3)
    layer.build((None, None, 2))
    assert [tuple(w.shape) for w in layer.weights] == [(2, 6), (3, 6), (6,)]


def with_neurons(*neurons):
    def step(self, *arguments):
        *called, h = arguments
        return sum(neuron(h) for neuron in called)

    made = {"neurons": property(lambda self: neurons), "step": step}
    return dataclass(frozen=True)(type("Two", (Two,), made))


def own(name, **arguments):
    return Neuron(name, activations.tanh, "candidate", **arguments)


WEIGHTS_OF = {
    "unknown": (own("one"), own("other", weights_of="fourth")),
    "later": (own("one", weights_of="other"), own("other")),
    "itself": (own("one", weights_of="one"), own("other")),
    "borrowed": (own("one"), own("other", weights_of="one"), own("third", weights_of="other")),
}


@pytest.mark.parametrize("neurons", WEIGHTS_OF.values(), ids=WEIGHTS_OF)
def test_weights_of_another_than_an_earlier_neuron_are_refused(neurons):
    refused_when_built(with_neurons(*neurons), "weights_of=.*; expected an earlier neuron with")


def test_weights_of_a_neuron_that_reads_less_are_refused():
    neurons = own("one", reads_input=False), own("other", weights_of="one")
    refused_when_built(
        with_neurons(*neurons), "'other' of Two reads more than 'one', whose weights it"
    )

    def step(self, a, b, h):
        return a() + b(h)

    equation = with_neurons(own("one"), own("other", weights_of="one"))
    equation = dataclass(frozen=True)(type("Two", (equation,), {"step": step}))
    refused_when_built(equation, "'other' of Two reads more than 'one', whose weights it")


def test_a_unit_that_never_reads_x_is_refused():
    refused_when_built(with_neurons(own("one", reads_input=False)), "reads x_t; expected one")


def test_the_input_of_a_neuron_that_reads_none_is_refused():
    def step(self, a, b, h):
        return b(h) + a.output(a.input() + a.product(h))

    equation = with_neurons(own("one", reads_input=False), own("other"))
    equation = dataclass(frozen=True)(type("Two", (equation,), {"step": step}))
    refused_when_built(equation, "input product of its neuron 'one', which has reads_input=False")


def test_any_operation_of_keras_may_stand_in_a_step():
    def step(self, gate, candidate, h, p):
        z = ops.where(gate(h) > 0.5, gate(h), ops.minimum(p * h, 1.0))
        left, right = ops.split(candidate(h), 2, axis=-1)
        turned = ops.reshape(ops.concatenate([right, left], axis=-1), ops.shape(h))
        return z * ops.logsumexp(ops.stack([turned, h]), axis=0)

    made = {"step": step, "vectors": property(lambda self: (Vector("p"),))}
    layer = layer_of(dataclass(frozen=True)(type("Two", (Two,), made)))(4)
    layer.build((None, None, 2))
    assert len(layer.weights) == 4
