"""What a layer puts out, from its states after every timestep."""

from keras import ops


def outputs_of(layer, h, x, mask, last=False):
    """Computes the output of a layer from its first state, as Keras's loop around the cell does.

    At masked timesteps it is zero with `zero_output_for_mask`; else it is the output before, which
    is zero until the first timestep that is not masked, whatever the initial state.

    Args:
        layer: A layer with a cell. A cell of rnnexp may be `residual`.
        h: The first state after every timestep, (B, T, M); with last=True after T, (B, M).
        x: The inputs, (B, T, D), in the order in which the layer runs over time.
        mask: (B, T) of bool, or None.
        last: Whether only the last output is computed.

    Returns:
        The output, in the shape of h.
    """
    if getattr(layer.cell, "residual", False):
        read = x if mask is None else _last_read(x, mask)
        h = h + (read[:, -1] if last else read)
    return h if mask is None else _masked(h, mask, layer.zero_output_for_mask, last)


def _masked(output, mask, zero_masked, last):
    shown = mask if zero_masked else ops.cumsum(ops.cast(mask, "int32"), axis=1) > 0
    if last:
        shown = shown[:, -1]
    return ops.where(ops.expand_dims(shown, -1), output, ops.zeros_like(output))


def _last_read(x, mask):
    """For each timestep, the inputs (B, T, D) of the last one that is not masked, if there is one.

    The state is copied where masked, so this is the input that belongs to it.
    """
    real = ops.cast(mask, "int32")
    T = ops.shape(real)[1]
    t = ops.cumsum(ops.ones_like(real), axis=1) - 1
    in_order = ops.sort(ops.where(mask, t, t + T), axis=1) % T
    at = ops.take_along_axis(in_order, ops.maximum(ops.cumsum(real, axis=1) - 1, 0), axis=1)
    return ops.take_along_axis(x, at[..., None], axis=1)
