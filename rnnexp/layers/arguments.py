"""Checks the arguments of a layer's call and converts them for the loop over time."""

from keras import ops, tree


def numbers(x, dtype):
    """Casts a tensor of any real dtype, including integers and bool, to `dtype`.

    Raises:
        TypeError: x contains text or complex numbers.
    """
    given = str(getattr(x.dtype, "name", x.dtype))
    if given.startswith(("complex", "string", "object", "str")):
        raise TypeError(f"inputs are of dtype {given}; expected real numbers")
    return ops.cast(x, dtype)


def sequences_of(inputs, features, dtype):
    """Checks and casts the inputs of a layer.

    Args:
        inputs: (B, T, D) of any real dtype.
        features: The number of features that the layer was built for.
        dtype: The dtype of the result.

    Returns:
        The inputs, (B, T, D) of `dtype`.

    Raises:
        TypeError: The inputs contain text or complex numbers.
        ValueError: D is not `features`.
    """
    if inputs.shape[-1] not in (None, features):
        raise ValueError(
            f"inputs have the shape {tuple(inputs.shape)}; expected {features} features on the "
            "last axis, as when the layer was built"
        )
    return numbers(inputs, dtype)


def timestep_mask(mask, sequences):
    """Checks a mask and converts it to (B, T) of bool.

    A length that is known only when the graph runs is checked when it runs.

    Args:
        mask: None, or (B, T) or (B, T, 1) of bool or numbers. B = 1 applies to all sequences. A
            list, as in a call with several tensors, is reduced to its first element.
        sequences: (B, T, D).

    Returns:
        (B, T) of bool, or None without a mask.

    Raises:
        ValueError: The mask has another shape.
    """
    mask = tree.flatten(mask)[0]
    if mask is None:
        return None
    mask = ops.cast(mask, "bool")
    given = tuple(mask.shape)
    if len(given) == 3 and given[2] == 1:
        mask = mask[..., 0]
    batch, timesteps = sequences.shape[:2]
    if (
        len(mask.shape) != 2
        or not _fits(mask.shape[0], batch)
        or (None not in (mask.shape[1], timesteps) and mask.shape[1] != timesteps)
    ):
        raise ValueError(
            f"the mask has the shape {given}; expected {(batch, timesteps)}, one "
            "value for each timestep of each sequence"
        )
    if mask.shape[1] is None or timesteps is None:
        mask = _checked_when_run(mask, sequences)
    return _for_each_sequence(mask, sequences)


def states_of(initial_state, names, units, like):
    """Checks the initial states and converts them to S of (B, M).

    Args:
        initial_state: A tensor or a list of S tensors, each (B, M), or (1, M) or (M,) for all
            sequences.
        names: The names of the S states, for error messages.
        units: M.
        like: A tensor (B, …) that gives B and the dtype.

    Returns:
        A list of S tensors (B, M).

    Raises:
        TypeError: A state contains text or complex numbers.
        ValueError: The number of states or the shape of a state is wrong.
    """
    states = tree.flatten(initial_state)
    if len(states) != len(names) or any(state is None for state in states):
        there = sum(state is not None for state in states)
        raise ValueError(
            f"initial_state has {there} tensors; expected {len(names)}: {', '.join(names)}"
        )
    return [_state(*pair, units, like) for pair in zip(states, names, strict=True)]


def _state(state, name, units, like):
    state = numbers(ops.convert_to_tensor(state), like.dtype)
    given, batch = tuple(state.shape), like.shape[0]
    if given == (units,):
        state = state[None]
    elif len(given) != 2 or given[1] not in (None, units) or not _fits(given[0], batch):
        raise ValueError(
            f"the initial state {name} has the shape {given}; expected "
            f"{(batch, units)}, or (1, {units}) for all sequences"
        )
    return _for_each_sequence(state, like)


def _fits(rows, batch):
    return rows in (None, 1, batch) or batch is None


def _for_each_sequence(x, like):
    """Broadcasts x (B or 1, N) to (B, N), with the B of `like`."""
    if x.shape[0] is not None and x.shape[0] == like.shape[0]:
        return x
    return ops.broadcast_to(x, (ops.shape(like)[0], ops.shape(x)[1]))


def _checked_when_run(mask, sequences):
    import tensorflow as tf  # only TensorFlow's loop over time needs this check

    check = tf.debugging.assert_equal(
        tf.shape(mask)[1],
        tf.shape(sequences)[1],
        message="the mask and the inputs have different numbers of timesteps",
    )
    with tf.control_dependencies([check]):
        return tf.identity(mask)
