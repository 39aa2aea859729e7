"""An equation over time as a plain Python loop that TensorFlow's tape records: no engine in it."""

from typing import NamedTuple

import tensorflow as tf


class Passed(NamedTuple):
    """What a loop went through.

    states: T tuples of (B, M), after each timestep.
    read: T dictionaries, by neuron the vector v_t (B, M) that it read.
    """

    states: list
    read: list


def loop(equation, weights, x, states, mask=None, taps=None, inputs=None, products=None) -> Passed:
    """Runs over x (B, T, D) from the states.

    weights: kernel, recurrent kernel and bias as Keras has them.
    taps: S of (B, T, M), added to the states after each timestep.
    inputs, products: N of (B, T, M), added at each neuron to x_t W_x + b and to v W_h.
    """
    W_x, W_h, b = weights
    M = W_h.shape[0]
    b_x, b_h = (b[0], b[1]) if len(b.shape) == 2 else (b, tf.zeros_like(b))
    passed = Passed([], [])
    for t in range(x.shape[1]):
        read = {}

        def neuron(k, t=t, read=read):
            own = slice(k * M, (k + 1) * M)

            def answer(v, gate=1.0):
                read[k] = v
                from_x = x[:, t] @ W_x[:, own] + b_x[own]
                from_v = v @ W_h[:, own] + b_h[own]
                if inputs is not None:
                    from_x, from_v = from_x + inputs[k][:, t], from_v + products[k][:, t]
                return equation.neurons[k].activation(from_x + gate * from_v)

            return answer

        following = equation.step(*map(neuron, range(len(equation.neurons))), *states)
        following = following if isinstance(following, tuple) else (following,)
        if mask is not None:
            pairs = zip(following, states, strict=True)
            following = tuple(tf.where(mask[:, t, None], new, old) for new, old in pairs)
        if taps is not None:
            following = tuple(s + tap[:, t] for s, tap in zip(following, taps, strict=True))
        passed.states.append(following)
        passed.read.append(read)
        states = following
    return passed
