"""Backpropagation through time: the forward and backward pass as one differentiable operation."""

from functools import lru_cache

import tensorflow as tf

from rnnexp.engine import sharding
from rnnexp.engine.activations import all_kerass
from rnnexp.engine.backward import backward, matrix_gradients
from rnnexp.engine.blocks import Blocks
from rnnexp.engine.forward import forward, recorded
from rnnexp.engine.graph_cache import GraphCache
from rnnexp.engine.operands import Operands, constant, time_first
from rnnexp.engine.parallel import backward_in_blocks, forward_in_blocks


class Loop:
    """A loop of the engine, plain and compiled, which is run for each shard of the batch."""

    def __init__(self, function):
        self._plain = GraphCache(function, any_size=True)
        self._compiled = compiled = GraphCache(function, jit_compile=True)
        # One graph for all shards, so that they run in parallel in eager mode too.
        self._together = GraphCache(lambda *shards: [compiled(*shard) for shard in shards])

    def __call__(self, often, arguments):
        """Returns function(*a) for each a in `arguments`.

        Args:
            often: Whether to use the compiled loop, a bool or a tensor.
            arguments: A tuple of arguments for each shard.
        """
        if often is True:
            return self._together(*arguments)
        if often is False:
            return [self._plain(*a) for a in arguments]
        return [
            tf.cond(often, lambda a=a: self._compiled(*a), lambda a=a: self._plain(*a))
            for a in arguments
        ]


class Loops:
    """The forward loop and the backward loop of an equation.

    With `parallel`, blocks of timesteps run side by side; the equation must be affine.
    """

    def __init__(self, equation, plan, sequences, tapped, parallel):
        if parallel:
            run_forward, run_backward = _in_blocks(equation, plan, sequences, tapped)
        else:
            run_forward, run_backward = _in_order(equation, plan, sequences, tapped)
        self.forward, self.backward = Loop(run_forward), Loop(run_backward)


def _in_order(equation, plan, sequences, tapped):
    """Returns the passes that go through all timesteps in order."""

    def run_forward(operands: Operands):
        states, stored, final = forward(equation, plan, operands)
        return [time_first(states[j][1:]) for j in sequences], final, states, stored

    def run_backward(operands: Operands, states, stored, d_sequences, d_final):
        d_states = {j: time_first(d) for j, d in zip(sequences, d_sequences, strict=True)}
        found = backward(equation, plan, operands, states, stored, d_states, d_final, tapped)
        # With taps, the gradients of the weights are not needed and would only take time.
        matrices = [] if tapped else matrix_gradients(plan, operands, states, found)
        inputs = {k: time_first(d) for k, d in found.input_products.items()}
        after = [time_first(d) for d in found.after]
        return found._replace(input_products=inputs, after=after, read={}), matrices

    return run_forward, run_backward


def _in_blocks(equation, plan, sequences, tapped):
    """Returns the passes with blocks of timesteps side by side."""

    def run_forward(operands: Operands):
        return forward_in_blocks(equation, plan, operands, sequences)

    def run_backward(operands: Operands, states, stored, d_sequences, d_final):
        d_states = dict(zip(sequences, d_sequences, strict=True))
        return backward_in_blocks(
            equation, plan, operands, states, stored, d_states, d_final, tapped
        )

    return run_forward, run_backward


_kept_loops = lru_cache(maxsize=64)(Loops)


def bptt(equation, plan, operands: Operands, sequences=(), taps=(), often=False, parallel=False):
    """Runs `equation` over time, differentiable in inputs, weights and initial states.

    Args:
        equation, plan: The equation and its plan.
        operands: The tensors of the call.
        sequences: The indices of the states to return for every timestep.
        taps: S zeros of (B, T, M), or empty. The gradient of tap j is the total
            dL/d(state j after t) through the recurrence, for every t. With taps, the weights are
            constants.
        often: Whether to compile both loops, a bool or a tensor.
        parallel: Whether blocks of timesteps run side by side; the equation must be affine.

    Returns:
        The requested sequences, each (B, T, M), and the states after T, S of (B, M).
    """
    sequences = tuple(sequences)
    # A custom activation may read values that change between calls, so its graphs are not kept.
    kind = _kept_loops if all_kerass(equation) else Loops
    loops = kind(equation, plan, sequences, bool(taps), parallel)
    n = 1 if often is False else sharding.number_of_shards(operands.states[0].shape[0])

    @tf.custom_gradient
    def run(*followed):
        # Otherwise an outer tape would differentiate the loops a second time.
        whole = _constant(operands.following(*followed[:-1]))
        parts = sharding.split_operands(whole, n)
        by_shard = loops.forward(often, [(part,) for part in parts])
        results = sharding.join_structures([(wanted, final) for wanted, final, _, _ in by_shard])

        def back(upstream):
            cut = list(zip(*(sharding.split_tensor(d, n) for d in upstream), strict=True))
            arguments = [
                (part, states, stored, list(d[: len(sequences)]), list(d[len(sequences) :]))
                for part, (_, _, states, stored), d in zip(parts, by_shard, cut, strict=True)
            ]
            found = loops.backward(often, arguments)
            d_inputs = _input_gradients(plan, parts, [f.products for f, _ in found], parallel)
            return d_inputs, *_collect(whole, found, tapped=bool(taps))

        def outputs(followed):
            *rest, taps = followed
            return recorded(equation, plan, operands.following(*rest), sequences, taps)

        def gradient(*upstream):
            return _differentiable(back, outputs, upstream, followed)

        return results, gradient

    return run(*operands.followed(), tuple(taps))


def _constant(operands: Operands):
    """Returns the operands as constants for tapes, including masks that depend on the states."""
    return constant(operands._replace(length=None))._replace(length=operands.length)


def _differentiable(back, outputs, upstream, followed):
    """Returns back(upstream) with a gradient of its own, for second derivatives.

    Args:
        back: A function from the upstream gradients to the gradients at `followed`.
        outputs: A function of `followed` with the same result, which TensorFlow can differentiate
            twice.
        upstream: The upstream gradients.
        followed: The tensors that the loops are differentiated in.
    """

    @tf.custom_gradient
    def gradient(upstream, followed):
        def again(*d):
            with tf.GradientTape() as outer:
                outer.watch((upstream, followed))
                with tf.GradientTape() as inner:
                    inner.watch(followed)
                    reached = tf.nest.flatten(outputs(followed))
                first = inner.gradient(reached, followed, upstream, unconnected_gradients="zero")
            return outer.gradient(
                tf.nest.flatten(first), (upstream, followed), d, unconnected_gradients="zero"
            )

        return back(tf.nest.map_structure(tf.stop_gradient, upstream)), again

    return gradient(upstream, followed)


def _collect(operands: Operands, found, tapped):
    """Combines the gradients of all shards, in the order of `Operands.followed` and the taps.

    Those at the inputs are missing.
    """
    by_shard, of_matrices = zip(*found, strict=True)

    def summed(parts):
        return tf.nest.map_structure(lambda *each: tf.add_n(each), *parts)

    if tapped:
        weights = (operands.matrices, operands.vectors, operands.biases)
        matrices, vectors, biases = tf.nest.map_structure(tf.zeros_like, weights)
    else:
        matrices = summed(of_matrices)
        vectors, biases = summed([(f.vectors, f.biases) for f in by_shard])
    batched = [(f.input_products, f.states, f.after) for f in by_shard]
    input_products, states, after = sharding.join_structures(batched)
    return matrices, input_products, vectors, biases, states, after


def _input_gradients(plan, parts, products, parallel):
    """Computes the gradient of each input, (B, T, D).

    This is outside the compiled part, so that it is not computed if no gradient of the input is
    needed.

    Args:
        plan: The plan of the equation.
        parts: The operands of each shard.
        products: For each shard, G of (T, B, n M): the gradients at the groups' products.
        parallel: Whether the batch of the products is that of the blocks.
    """
    whole = parts[0]
    M, D = whole.units, whole.inputs[0].shape[-1]

    def of_shard(part, product, rows):
        d = tf.einsum("tbn,dn->btd", product, rows)
        return Blocks.of_size(part, d).joined(d) if parallel else d

    def of_group(g):
        rows = whole.matrices[g][M : M + D]
        shards = zip(parts, products, strict=True)
        return sharding.join([of_shard(part, product[g], rows) for part, product in shards])

    with_input = [g for g, group in enumerate(plan.groups) if group.with_input]
    every = range(len(whole.inputs))

    def none(g):
        return sharding.join([tf.zeros_like(part.inputs[g]) for part in parts])

    if len(whole.inputs) > 1:
        return tuple(of_group(g) if g in with_input else none(g) for g in every)
    return (tf.add_n([of_group(g) for g in with_input]) if with_input else none(0),)
