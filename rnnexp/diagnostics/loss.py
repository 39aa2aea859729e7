"""The loss that a trace differentiates: the compiled loss of the model, or a given one."""

import keras

from rnnexp.diagnostics.batch import Batch


class TracedLoss:
    """A scalar loss: Keras's mean over the batch of the given loss or of the model's own loss.

    A call raises ValueError if there is no loss for the targets.

    Args:
        model: The model; see `rnnexp.trace`.
        batch: The batch, as tensors.
        loss: The loss, or None for the model's own; see `rnnexp.trace`.

    Raises:
        ValueError: There are no targets for the loss, or several losses are given.
    """

    def __init__(self, model, batch: Batch, loss=None):
        self._model, self._batch, self._given = model, batch, None
        if batch.y is None:
            if loss is not None:
                raise ValueError(f"loss is {loss!r} but there is no y; expected both: give y too")
        elif isinstance(loss, (dict, list, tuple)):
            raise ValueError(
                f"loss is {loss!r}; expected one loss, by name, object or function: for a model "
                "with several outputs, leave it out; the model is compiled with its losses"
            )
        elif loss is not None:
            given = keras.losses.get(loss)
            self._given = given if isinstance(given, keras.losses.Loss) else _Mean(given)
        # At its first call, Keras fixes the structure of a compiled loss and creates a metric for
        # each output. This should happen with the targets of training, so the traced batch is
        # given to a second loss that is compiled the same.
        compiled = getattr(model, "_compile_loss", None)
        self._same = compiled and type(compiled)(
            compiled._user_loss, compiled._user_loss_weights, output_names=compiled.output_names
        )

    def build(self) -> None:
        """Creates its variables, which cannot be created inside a graph."""
        if self._given is None and self._same and self._batch.y is not None:
            self._same.build(self._batch.y, self._model.compute_output_spec(self._batch.x))

    def __call__(self, prediction):
        """Returns the loss of the batch for the prediction of the model."""
        x, y, sample_weight = self._batch
        if self._given is not None:
            return self._given(y, prediction, sample_weight)
        model = self._model
        if not _has_own(model):
            raise ValueError(
                f"{model.name!r} has no compiled loss to differentiate; give loss=…, compile the "
                "model with a loss, or leave out y to trace only the forward pass"
            )
        compiled, model._compile_loss = model._compile_loss, self._same
        try:
            # Keras passes the same arguments, so a model may override it with other signatures.
            return model._compute_loss(
                x=x, y=y, y_pred=prediction, sample_weight=sample_weight, training=False
            )
        finally:
            model._compile_loss = compiled


def _has_own(model) -> bool:
    """Whether a model has a loss. The losses that its layers add are known only after a call."""
    return isinstance(model, keras.Model) and bool(
        type(model).compute_loss is not keras.Model.compute_loss or model.loss or model.losses
    )


class _Mean(keras.losses.Loss):
    """The mean over the batch of a function of (y, prediction), as in `compile`."""

    def __init__(self, function):
        super().__init__(name="mean")  # a scope name in a graph must not begin with _
        self.function = function

    def call(self, y_true, y_pred):
        return self.function(y_true, y_pred)
