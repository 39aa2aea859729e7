"""The loop of `keras.layers.RNN`, for the backends without the engine."""

from keras import ops, tree
from keras.src import backend


def inner_loop(layer, sequences, initial_state, mask, training):
    """Runs the cell of a layer over time, with what is random drawn before the loop.

    See `EquationLayer.inner_loop`.
    """
    cell = layer.cell
    shares = cell.zoneout_shares((*ops.shape(sequences)[:2], cell.units), training)
    drawn = [] if shares is None else [share for share in shares if share is not None]

    def step(inputs, states):
        x, *now = inputs
        if layer.stateful and backend.backend() == "torch":  # as in keras.layers.RNN
            states = tree.map_structure(ops.copy, states)
        given = iter(now)
        own = None if shares is None else tuple(s if s is None else next(given) for s in shares)
        output, states = cell(x, list(states), training=training, shares=own)
        return output, states

    return backend.rnn(
        step,
        [sequences, *drawn],
        tree.flatten(initial_state),
        go_backwards=layer.go_backwards,
        mask=mask,
        unroll=layer.unroll,
        input_length=sequences.shape[1],
        zero_output_for_mask=layer.zero_output_for_mask,
        return_all_outputs=layer.return_sequences,
    )
