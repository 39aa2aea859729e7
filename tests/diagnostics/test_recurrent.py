"""Which layers a trace finds, what it calls them, and what it says where it finds none."""

import keras
import numpy as np
import pytest

import rnnexp
from rnnexp import layers
from tests.diagnostics.models import B, D, M, T, batch, bidirectional, compiled, nested, stacked


def test_layers_are_called_by_their_names():
    x, _ = batch()
    assert list(rnnexp.trace(stacked(), x)) == ["low", "high"]
    assert list(rnnexp.trace(bidirectional(), x)) == ["both/forward", "both/backward", "top"]


def test_equal_names_in_sub_models_get_the_sub_models_names():
    x, _ = batch()
    assert list(rnnexp.trace(nested(), x)) == ["encoder/gru", "gru"]


class Branches(keras.Model):
    """Its layers have one name, which a model of one's own may do."""

    def __init__(self):
        super().__init__()
        self.parts = [keras.layers.GRU(units, name="gru") for units in (1, 2, 3)]
        self.other = keras.layers.LSTM(4, name="gru_1")

    def call(self, x):
        return keras.ops.concatenate([part(x) for part in (*self.parts, self.other)], axis=-1)


def test_layers_of_one_name_side_by_side_are_all_there():
    x, _ = batch()
    model = Branches()
    model(x)
    trace = rnnexp.trace(model, x)
    assert sorted(dataset.sizes["unit"] for dataset in trace.values()) == [1, 2, 3, 4]
    assert all(name.startswith("gru") for name in trace)


def test_a_layer_called_twice_is_there_twice():
    x, y = batch()
    shared = layers.LSTM(M, name="shared")
    one, other = keras.Input((T, D)), keras.Input((T, D))
    distance = keras.layers.Dense(1)(shared(one) - shared(other))
    model = keras.Model([one, other], distance)
    trace = rnnexp.trace(model, [x, 2 * x], y, "mean_squared_error")
    assert list(trace) == ["shared/1", "shared/2"]
    np.testing.assert_array_equal(2 * trace["shared/1"]["x"], trace["shared/2"]["x"])


def test_inside_time_distributed_there_is_one_for_each_timestep():
    frames = keras.Input((2, T, D))
    inside = keras.layers.TimeDistributed(keras.layers.GRU(M, name="inside"))
    model = keras.Model(frames, inside(frames))
    trace = rnnexp.trace(model, np.ones((B, 2, T, D)))
    assert list(trace) == ["inside/1", "inside/2"]


def test_a_keras_cell_in_the_general_layer_is_known():
    x, y = batch()
    general = compiled(keras.layers.RNN(keras.layers.LSTMCell(M), name="unit"))
    special = compiled(keras.layers.LSTM(M, name="unit"))
    one, other = (rnnexp.trace(m, x, y)["unit"] for m in (general, special))
    assert one.drop_attrs().equals(other.drop_attrs())


def test_initial_states_from_elsewhere_are_where_the_states_begin():
    x, y = batch()
    inputs = keras.Input((T, D))
    _, h, c = layers.LSTM(M, return_state=True)(inputs)
    decoded = layers.LSTM(M, name="decoder")(inputs, initial_state=[h, c])
    model = keras.Model(inputs, keras.layers.Dense(1)(decoded))
    encoder, decoder = rnnexp.trace(model, x, y, "mean_squared_error").values()
    for state in ("h", "c"):
        np.testing.assert_array_equal(decoder[f"{state}_0"], encoder[state].isel(time=-1))


def test_what_each_array_is_stands_beside_it():
    x, y = batch()
    found = rnnexp.trace(compiled(keras.layers.GRU(M, name="unit")), x, y)["unit"]
    assert found.attrs["layer_class"] == "keras.GRU"
    assert (found.equation, found.update_gate) == ("KeepResetAfterGRU", "keep")
    roles = {n: found[n].role for n in ("z", "r", "candidate", "delta_z")}
    assert roles == {"z": "update", "r": "reset", "candidate": "candidate", "delta_z": "update"}
    chung = rnnexp.trace(compiled(layers.GRU(M, name="unit")), x)["unit"]
    assert (chung.equation, chung.update_gate) == ("GRU", "new")


def test_a_model_without_a_recurrent_layer_is_refused():
    model = keras.Sequential([keras.Input((D,)), keras.layers.Dense(1)], name="flat")
    with pytest.raises(ValueError, match=r"'flat' has no recurrent layer; expected .* LSTM"):
        rnnexp.trace(model, np.ones((B, D)))


@keras.saving.register_keras_serializable("rnnexp tests")
class Leaky(keras.layers.Layer):
    """A cell of one's own."""

    def __init__(self, units, **arguments):
        super().__init__(**arguments)
        self.units = self.state_size = units

    def get_config(self):
        return {**super().get_config(), "units": self.units}

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.units))
        self.built = True

    def call(self, x, states):
        h = 0.9 * states[0] + keras.ops.tanh(x @ self.kernel)
        return h, [h]


def of_own_cell(sequence):
    return keras.layers.RNN(Leaky(D), return_sequences=True, name="foreign")(sequence)


def of_both_ways(sequence):
    inside = keras.layers.RNN(Leaky(1), return_sequences=True)
    return keras.layers.Bidirectional(inside, name="foreign")(sequence)


def of_images(sequence):
    images = keras.layers.Reshape((T, 1, D, 1))(sequence)
    images = keras.layers.ConvLSTM2D(1, 1, return_sequences=True, name="foreign")(images)
    return keras.layers.Reshape((T, D))(images)


def of_stacked_cells(sequence):
    cells = [keras.layers.GRUCell(M), keras.layers.LSTMCell(D)]
    stacked = keras.layers.StackedRNNCells(cells)
    return keras.layers.RNN(stacked, return_sequences=True, name="foreign")(sequence)


@pytest.mark.parametrize("foreign", [of_own_cell, of_both_ways, of_images, of_stacked_cells])
def test_a_layer_of_another_cell_is_left_out_with_one_warning_and_the_rest_traced(foreign):
    """Also what lies before it, to which the gradient comes through it."""
    sequence, (x, y) = keras.Input((T, D)), batch()
    before = layers.SimpleRNN(D, return_sequences=True, name="before")(sequence)
    after = layers.GRU(M, name="after")(foreign(before))
    model = keras.Model(sequence, keras.layers.Dense(1)(after))
    model.compile("sgd", "mean_squared_error")
    with pytest.warns(UserWarning, match=r"leaves out 'foreign.* the other .* are traced") as told:
        trace = rnnexp.trace(model, x, y)
    assert len([w for w in told if "leaves out" in str(w.message)]) == 1
    assert list(trace) == ["before", "after"]
    hidden = keras.Model(sequence, after)
    np.testing.assert_allclose(trace["after"]["h"][:, -1], hidden(x), rtol=1e-9)
    small = 1e-5
    for place in [(0, 0, 0), (B - 1, T - 1, D - 1)]:
        moved = [x.copy(), x.copy()]
        moved[0][place] += small
        moved[1][place] -= small
        above, below = (np.mean((model(m).numpy() - y) ** 2) for m in moved)
        found = trace["before"]["d_x"].values[place]
        np.testing.assert_allclose(found, (above - below) / (2 * small), rtol=1e-6)


def test_a_foreign_cell_alone_is_refused_with_what_is_supported():
    cells = keras.layers.StackedRNNCells([keras.layers.GRUCell(M), keras.layers.GRUCell(M)])
    model = keras.Sequential([keras.Input((T, D)), keras.layers.RNN(cells, name="two")])
    with pytest.raises(ValueError, match=r"'two' has a cell of StackedRNNCells.*supported are"):
        rnnexp.trace(model, batch()[0])


def test_a_model_without_weights_or_without_a_loss_is_told_so():
    x, y = batch()
    model = keras.Sequential([layers.GRU(M, name="unit"), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match=r"\['unit'\] of .* have no weights yet; build"):
        rnnexp.trace(model, x)
    model(x)
    with pytest.raises(ValueError, match="no compiled loss to differentiate; give loss="):
        rnnexp.trace(model, x, y)
    with pytest.raises(ValueError, match="loss is 'mse' but there is no y"):
        rnnexp.trace(model, x, loss="mse")


def test_dropout_that_the_model_insists_on_is_refused():
    class MonteCarlo(keras.Model):
        def __init__(self):
            super().__init__()
            self.unit = layers.GRU(M, dropout=0.5, name="unit")

        def call(self, x):
            return self.unit(x, training=True)

    model, (x, _) = MonteCarlo(), batch()
    model(x)
    with pytest.raises(ValueError, match="'unit' is called with training=True"):
        rnnexp.trace(model, x)
