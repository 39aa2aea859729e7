"""Layer normalisation, for the equations that have it."""

from keras import ops


def normalized(a, gain, epsilon: float):
    """LN(a; g) of Ba et al. (2016), over the last axis: g ⊙ (a - mean(a)) / √(variance(a) + ε).

    Args:
        a: (B, N).
        gain: g, (N,).
        epsilon: ε, above 0.
    """
    centered = a - ops.mean(a, axis=-1, keepdims=True)
    variance = ops.mean(ops.square(centered), axis=-1, keepdims=True)
    return gain * centered * ops.rsqrt(variance + epsilon)
