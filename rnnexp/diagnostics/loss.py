"""The loss that a trace differentiates: the model's compiled one, or one that is given."""

import keras

from rnnexp.diagnostics.batch import Batch


class TracedLoss:
    """A scalar, the mean over the batch as Keras takes it; the model's own loss if none is given.

    When called, it raises ValueError where there is no loss for the targets.

    Args:
        model: As `rnnexp.trace` takes it.
        batch: What the loss is of.
        loss: As `rnnexp.trace` takes it.

    Raises:
        ValueError: There are no targets for the loss, or several losses are given.
    """

    def __init__(self, model, batch: Batch, loss=None):
        self._model, self._batch, self._given = model, batch, None
        if batch.y is None:
            if loss is not None:
                raise ValueError(f"loss is {loss!r} but there is no y to compare with; give y too")
        elif isinstance(loss, (dict, list, tuple)):
            raise ValueError(
                f"loss is {loss!r}; expected one loss, by name, object or function; a model of "
                "several outputs is compiled with its losses"
            )
        elif loss is not None:
            given = keras.losses.get(loss)
            self._given = given if isinstance(given, keras.losses.Loss) else _Mean(given)
        # Keras settles what a compiled loss means, and gives a model of several outputs a metric
        # for each, when it first meets targets. Those shall be the targets of training, so the
        # probe batch meets another loss that is compiled the same.
        compiled = getattr(model, "_compile_loss", None)
        self._same = compiled and type(compiled)(
            compiled._user_loss, compiled._user_loss_weights, output_names=compiled.output_names
        )

    def build(self) -> None:
        """Make the variables that it has, which inside a graph cannot be made."""
        if self._given is None and self._same and self._batch.y is not None:
            self._same.build(self._batch.y, self._model.compute_output_spec(self._batch.x))

    def __call__(self, prediction):
        """Of the batch, for which the model has this prediction."""
        x, y, sample_weight = self._batch
        if self._given is not None:
            return self._given(y, prediction, sample_weight)
        model = self._model
        if not _has_own(model):
            raise ValueError(
                f"{model.name!r} has no compiled loss to differentiate; give loss=…, compile the "
                "model with a loss, or leave out y for the forward part alone"
            )
        compiled, model._compile_loss = model._compile_loss, self._same
        try:
            # As Keras calls it, whatever arguments a model's own takes.
            return model._compute_loss(
                x=x, y=y, y_pred=prediction, sample_weight=sample_weight, training=False
            )
        finally:
            model._compile_loss = compiled


def _has_own(model) -> bool:
    """Whether a model has a loss. Only after a call is it known what its layers add to it."""
    return isinstance(model, keras.Model) and bool(
        type(model).compute_loss is not keras.Model.compute_loss or model.loss or model.losses
    )


class _Mean(keras.losses.Loss):
    """A function of (y, prediction) as Keras takes it in `compile`: its mean over the batch."""

    def __init__(self, function):
        super().__init__(name="mean")  # of a scope, which in a graph must not begin with _
        self.function = function

    def call(self, y_true, y_pred):
        return self.function(y_true, y_pred)
