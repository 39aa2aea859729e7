"""Cuts the timesteps of a batch into blocks, which run side by side as more sequences."""

from typing import Any, NamedTuple

import tensorflow as tf

from rnnexp.engine.operands import Operands

# Numbers in a state of all blocks together: so many that a timestep is worth its overhead, and so
# few that they stay in the cache of a core.
_NUMBERS = 32768


class Blocks(NamedTuple):
    """A division of B sequences of T timesteps into K blocks of L timesteps each.

    The blocks of a sequence are neighbours in the batch of B K blocks. If K L is more than T, the
    rest is padding, which a mask leaves out.
    """

    B: Any
    T: Any
    K: Any
    L: Any

    @classmethod
    def of(cls, operands: Operands) -> "Blocks":
        """Returns the division for a call."""
        B = _size(operands.states[0], 0)
        T = operands.timesteps
        return cls(B, T, *division(B, T, operands.units))

    @classmethod
    def of_size(cls, operands: Operands, a) -> "Blocks":
        """Returns the division of a call that gave the blocks a, (B K, L, …).

        A graph for any size divides otherwise than one for this size.
        """
        B, T, L = _size(operands.states[0], 0), operands.timesteps, _size(a, 1)
        return cls(B, T, _quotient(T, L), L)  # not from the batch, which is empty in an empty shard

    def operands(self, operands: Operands) -> Operands:
        """Returns the operands of the blocks. Their states are those of the sequences, repeated."""
        mask = operands.mask
        if operands.length is not None:
            real = tf.broadcast_to(tf.range(self.T) < operands.length, [self.B, self.T])
            mask = real if mask is None else mask & real
        elif mask is None and not self._exact():
            mask = tf.ones([self.B, self.T], tf.bool)
        read_masks = operands.read_masks

        def cut(a):
            return self._split(self._extended(a, operands.length))

        return operands._replace(
            inputs=tuple(cut(x) for x in operands.inputs),
            input_products={k: cut(v) for k, v in operands.input_products.items()},
            states=tuple(map(self.repeated, operands.states)),
            mask=None if mask is None else self.cut(mask),
            read_masks=None if read_masks is None else tuple(map(self.repeated, read_masks)),
            length=None,
        )

    def _exact(self) -> bool:
        """Whether it is known before the graph runs that there is no padding."""
        return not any(map(tf.is_tensor, self)) and self.K * self.L == self.T

    def _extended(self, a, length):
        """Returns (B, T, …) as (B, K L, …), with the last of its `length` timesteps repeated.

        Zeros would not do: a unit may divide by what it computes from x_t, and no mask stops the
        NaN of 0 / 0 from reaching the gradients.
        """
        if self._exact() and length is None:
            return a
        end = self.T if length is None else length
        a = self._longer(a)
        last = tf.gather(a, [tf.maximum(end - 1, 0)], axis=1)
        return tf.where((tf.range(self.K * self.L) < end)[None, :, None], a, last)

    def _longer(self, a):
        """Returns (B, T, …) as (B, K L, …), padded with zeros."""
        if self._exact():
            return a
        missing = self.K * self.L - self.T
        return tf.pad(a, [[0, 0], [0, missing], *[[0, 0]] * (len(a.shape) - 2)])

    def cut(self, a):
        """Returns (B, T, …) as (B K, L, …), padded with zeros."""
        return self._split(self._longer(a))

    def _split(self, a):
        return tf.reshape(a, [self.B * self.K, self.L, *a.shape[2:]])

    def joined(self, a):
        """Returns (B K, L, …) as (B, T, …)."""
        whole = tf.reshape(a, [self.B, self.K * self.L, *a.shape[2:]])
        return whole if self._exact() else whole[:, : self.T]

    def repeated(self, a):
        """Returns (B, N) as (B K, N): the same for all blocks of a sequence."""
        return tf.repeat(a, self.K, axis=0)

    def first(self, a):
        """Returns the rows (B, N) of the first blocks from (B K, N)."""
        return tf.reshape(a, [self.B, self.K, a.shape[-1]])[:, 0]

    def last(self, a):
        """Returns the rows (B, N) of the last blocks from (B K, N)."""
        return tf.reshape(a, [self.B, self.K, a.shape[-1]])[:, -1]

    def block_first(self, a):
        """Returns (B K, N) as (K, B, N)."""
        return tf.transpose(tf.reshape(a, [self.B, self.K, a.shape[-1]]), [1, 0, 2])

    def by_block(self, structure):
        """Returns a structure of (B K, N) as one of (K, B, N)."""
        return tf.nest.map_structure(self.block_first, structure)

    def batch_first(self, a):
        """Returns (K, B, N) as (B K, N)."""
        return tf.reshape(tf.transpose(a, [1, 0, 2]), [self.B * self.K, a.shape[-1]])


def _size(a, axis):
    return tf.shape(a)[axis] if a.shape[axis] is None else a.shape[axis]


def division(B, T, M):
    """Returns K and L: numbers if B and T are static, else tensors."""
    if tf.is_tensor(B) or tf.is_tensor(T):
        most = tf.maximum(tf.cast(tf.sqrt(tf.cast(T, tf.float32)), tf.int32), 1)
        wanted = tf.clip_by_value(_NUMBERS // (tf.maximum(B, 1) * M), 1, most)
        L = tf.maximum(_quotient(T, wanted), 1)
        return tf.maximum(_quotient(T, L), 1), L
    most = int(T**0.5)
    wanted = min(max(_NUMBERS // (max(B, 1) * M), 1), max(most, 1))
    near = [K for K in range(max(wanted // 2, 1), 2 * wanted + 1) if T % K == 0]
    if near:
        K = min(near, key=lambda K: abs(K - wanted))
        return K, T // K
    L = _quotient(T, wanted)
    return _quotient(T, L), L


def _quotient(T, parts):
    """Returns T / parts, rounded up. ONNX rounds the quotient of a negative number otherwise."""
    return (T + parts - 1) // parts
