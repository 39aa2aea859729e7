"""What the cells of all units have in common: one step of an equation as a Keras cell."""

import dataclasses
import inspect
from typing import ClassVar

import keras
from keras import activations, constraints, initializers, ops, regularizers, tree
from keras.src.layers.rnn.dropout_rnn_cell import DropoutRNNCell

from rnnexp.engine.timestep import one_timestep
from rnnexp.engine.weights import Weights, effective
from rnnexp.engine.zoneout import zoned
from rnnexp.equations import Equation
from rnnexp.layers import gate_bias as gate_biases
from rnnexp.layers import recurrent_initializer as recurrent_initializers
from rnnexp.layers import zoneout as zoneouts
from rnnexp.layers.argument_names import check_arguments, flag
from rnnexp.layers.arguments import numbers
from rnnexp.layers.cell_config import arguments_of
from rnnexp.layers.cell_weights import add_weights
from rnnexp.layers.dropout import masks_of_neurons
from rnnexp.layers.equation_class import plain
from rnnexp.layers.initial import bias_initializer, initial_state


class EquationCell(DropoutRNNCell, keras.Layer):
    """A Keras cell whose weights and step follow from an `Equation`.

    It needs `keras.ops` alone, so it runs on every backend of Keras, also in `keras.layers.RNN` and
    `keras.layers.StackedRNNCells`.

    Args:
        units: M, 1 or more.
        use_bias: Whether the neurons have a bias.
        kernel_initializer: Of the kernel, which multiplies x_t.
        recurrent_initializer: Of the recurrent kernel, which multiplies what the neurons read
            beside x_t. A dict by role or neuron, as in {"candidate": "identity"}, initializes the
            matrix of each neuron separately; "orthogonal" is that of the others.
        bias_initializer: Of the bias, except for neurons that bring their own.
        kernel_regularizer: Of the kernel.
        recurrent_regularizer: Of the recurrent kernel.
        bias_regularizer: Of the bias.
        kernel_constraint: Of the kernel.
        recurrent_constraint: Of the recurrent kernel.
        bias_constraint: Of the bias.
        dropout: Fraction of the inputs that is dropped in training, 0 to 1.
        recurrent_dropout: Fraction of the vectors read beside x_t that is dropped in training, 0
            to 1; the same units at every timestep (Gal & Ghahramani 2016).
        seed: Of the dropout, of the draw of `gate_bias`, and of `zoneout`.
        gate_bias: Which biases the gates start with, in place of `bias_initializer`. "chrono"
            (Tallec & Ollivier 2018), "uniform" (Gu et al. 2020) and "power_law" (Beck et al. 2024)
            are distributions of the fraction of the memory that a step keeps. Or a dict with a
            number or an initializer for each role or neuron, as in {"forget": 1.0}. See
            docs/initialisers.md.
        horizon: For gate_bias="chrono", the longest timescale in timesteps, 3 or more.
        learn_initial_state: Whether each state starts at a trained vector (M,), the weight
            `initial_h` of the state h. Before training it is where the state starts without this.
        residual: Whether the output is h_t + x_t, which needs D = M. The states stay as they are.
        zoneout: The probability, 0 to 1, that an entry of a state keeps its previous value in a
            timestep of training; in prediction, the share of it that is kept. A number for all
            states, or a dict by state, as in {"h": 0.05, "c": 0.5} (Krueger et al. 2017).
        kwargs: The fields of the equation by name, and `name`, `dtype` and `trainable`.

    Raises:
        ValueError: `units` is not a positive integer, an argument is unknown, or the equation
            refuses a field.
    """

    equation_class: ClassVar[type[Equation]]
    extra_arguments: ClassVar[tuple[str, ...]] = ()
    # Which of the seeds that are not given is drawn first decides the initial weights.
    seed_generator_first: ClassVar[bool] = False

    def __init__(
        self,
        units,
        *,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        gate_bias=None,
        horizon=None,
        learn_initial_state=False,
        residual=False,
        zoneout=0.0,
        **kwargs,
    ):
        if not hasattr(self, "equation_class"):
            raise TypeError(
                f"{type(self).__name__} has no equation; expected a cell of a layer that has one, "
                "such as MyLayer.cell_class, or a subclass with equation_class"
            )
        if units <= 0 or int(units) != units:
            raise ValueError(f"units is {units!r}; expected a positive integer")
        fields = {name: kwargs.pop(name) for name in self.field_names() if name in kwargs}
        check_arguments(type(self), kwargs)
        super().__init__(**kwargs)
        self.units = units
        if self.seed_generator_first:
            self.seed_generator = keras.random.SeedGenerator(seed=seed)
        for field in dataclasses.fields(self.equation_class):
            value = fields.get(field.name, field.default)
            activation = callable(field.default)
            value = activations.get(value) if activation else plain(field.name, value)
            setattr(self, field.name, value)
        # What an equation refuses it refuses here, and not when the layer is built.
        equation = self.equation
        self.use_bias = flag("use_bias", use_bias)
        self.gate_bias = gate_biases.checked(gate_bias, horizon, equation, units, self.use_bias)
        self.horizon = horizon
        self.learn_initial_state = flag("learn_initial_state", learn_initial_state)
        self.residual = flag("residual", residual)
        self.zoneout = zoneouts.checked(zoneout, self.equation_class)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = recurrent_initializers.checked(recurrent_initializer, equation)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.dropout = min(1.0, max(0.0, dropout))
        self.recurrent_dropout = min(1.0, max(0.0, recurrent_dropout))
        self.seed = seed
        if not self.seed_generator_first:
            self.seed_generator = keras.random.SeedGenerator(seed=seed)
        states = len(self.equation_class.states)
        self.state_size = units if states == 1 else [units] * states
        self.output_size = units

    @classmethod
    def field_names(cls) -> list[str]:
        """The names of the equation's fields, which are arguments of the cell."""
        return [field.name for field in dataclasses.fields(cls.equation_class)]

    @classmethod
    def argument_names(cls) -> list[str]:
        """The names of all arguments but `units` and those of every Keras layer."""
        common = inspect.signature(EquationCell.__init__).parameters
        own = [name for name in common if name not in ("self", "units", "kwargs")]
        return [*cls.field_names(), *own, *cls.extra_arguments]

    @property
    def equation(self) -> Equation:
        """The equation, with what the cell was given for its fields."""
        return self.equation_class(**{name: getattr(self, name) for name in self.field_names()})

    def build(self, input_shape):
        """Makes the weights that the equation declares, for inputs (B, D)."""
        super().build(input_shape)
        add_weights(self, input_shape[-1])

    def initializer_of_bias(self):
        """The initializer of the bias without `gate_bias`."""
        return bias_initializer(self.equation, self.bias_initializer)

    def step_weights(self) -> Weights:
        """The weights as they multiply, in the compute dtype: derived matrices are computed."""
        stored = Weights(
            self.kernel,
            self.recurrent_kernel,
            self.bias,
            tuple(self.own_vectors[vector.name] for vector in self.equation.vectors),
        )

        def cast(weight):
            return None if weight is None else ops.cast(weight, self.compute_dtype)

        return effective(self.equation, tree.map_structure(cast, stored))

    def call(self, inputs, states, training=False, shares=None):
        """Computes one timestep.

        Args:
            inputs: x_t (B, D), of any real dtype.
            states: One state (B, M) or a list of S.
            training: Whether dropout and zoneout are drawn.
            shares: What `zoneout_shares` gives, if it is drawn for all timesteps at once.

        Returns:
            The output (B, M), which is h_t unless the cell is residual, and the next states as the
            states were given.
        """
        inputs = numbers(inputs, self.compute_dtype)
        previous = tuple(numbers(state, self.compute_dtype) for state in tree.flatten(states))
        dropout = self.dropout_masks(inputs, previous[0], training)
        following = one_timestep(self.equation, self.step_weights(), inputs, previous, dropout)
        if shares is None:
            shares = self.zoneout_shares(ops.shape(previous[0]), training)
        following = zoned(shares, following, previous)
        output = following[0] + inputs if self.residual else following[0]
        return output, list(following) if tree.is_nested(states) else following[0]

    def get_initial_state(self, batch_size=None):
        """Where the states start: a list of S tensors (B, M)."""
        return initial_state(self, batch_size)

    def dropout_masks(self, inputs, h, training):
        """The dropout masks of x_t (B, D) and of h (B, M): lists with one per neuron, or None."""
        return masks_of_neurons(self, inputs, h) if training else (None, None)

    def zoneout_shares(self, shape, training):
        """The share of each old state that is kept, of this shape; None without zoneout."""
        return zoneouts.shares(self, shape, training)

    def get_config(self):
        """The arguments, as Keras saves them."""
        return {**super().get_config(), **arguments_of(self)}
