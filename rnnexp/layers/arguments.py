"""What a layer is called with, as the loop over time takes it, or refused in words."""

from keras import ops, tree


def numbers(x, dtype):
    """x as floating point numbers of `dtype`: integers, unsigned integers and bool are cast.

    Raises TypeError for text and complex numbers.
    """
    given = str(getattr(x.dtype, "name", x.dtype))
    if given.startswith(("complex", "string", "object", "str")):
        raise TypeError(f"inputs are of dtype {given}; expected real numbers")
    return ops.cast(x, dtype)


def sequences_of(inputs, features, dtype):
    """Inputs (B, T, D) of any real dtype as `dtype`, for a layer built for D features.

    Raises ValueError where D is not `features`.
    """
    if inputs.shape[-1] not in (None, features):
        raise ValueError(
            f"inputs have the shape {tuple(inputs.shape)}; expected {features} features at the "
            "last axis, as when the layer was built"
        )
    return numbers(inputs, dtype)


def timestep_mask(mask, sequences):
    """The mask of sequences (B, T, D) as (B, T) of bool, or None where there is none.

    mask: (B, T) or (B, T, 1), of B = 1 for all sequences alike, of bool or numbers; a list, as of a
        call with several tensors, is read for its first.
    Raises ValueError for other shapes. A length that is known only when the graph runs is checked
    there.
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
    """The initial states, a tensor or a list of S, as S of (B, M) in number and dtype as `like`.

    like: a tensor (B, …). names: S names, for what is said. (1, M) and (M,) stand for every
        sequence.
    Raises ValueError for another number of states and for other shapes.
    """
    states = tree.flatten(initial_state)
    if len(states) != len(names) or any(state is None for state in states):
        there = sum(state is not None for state in states)
        raise ValueError(
            f"initial_state holds {there} tensors; expected {len(names)}: {', '.join(names)}"
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
            f"{(batch, units)}, or (1, {units}) for all sequences alike"
        )
    return _for_each_sequence(state, like)


def _fits(rows, batch):
    return rows in (None, 1, batch) or batch is None


def _for_each_sequence(x, like):
    """x (B or 1, N) as (B, N), with the B of `like`."""
    if x.shape[0] is not None and x.shape[0] == like.shape[0]:
        return x
    return ops.broadcast_to(x, (ops.shape(like)[0], ops.shape(x)[1]))


def _checked_when_run(mask, sequences):
    import tensorflow as tf  # only the loop over time needs it, which is TensorFlow's

    check = tf.debugging.assert_equal(
        tf.shape(mask)[1],
        tf.shape(sequences)[1],
        message="the mask and the inputs have different numbers of timesteps",
    )
    with tf.control_dependencies([check]):
        return tf.identity(mask)
