"""The loss that a trace differentiates: the model's compiled one, or one that is given."""

import keras


def check_loss(model, y, loss) -> None:
    """Raises ValueError where there is no loss for the targets, or no targets for the loss."""
    if y is None:
        if loss is not None:
            raise ValueError(f"loss is {loss!r} but there is no y to compare with; give y too")
        return
    own = isinstance(model, keras.Model) and (
        type(model).compute_loss is not keras.Model.compute_loss or model.loss or model.losses
    )
    if loss is None and not own:
        raise ValueError(
            f"{model.name!r} has no compiled loss to differentiate; give loss=…, compile the model "
            "with a loss, or leave out y for the forward part alone"
        )


def loss_of(model, x, y, prediction, loss=None):
    """A scalar, the mean over the batch as Keras takes it; the compiled loss if none is given."""
    if loss is None:
        return _compiled_loss(model, x, y, prediction)
    loss = keras.losses.get(loss)
    return (loss if isinstance(loss, keras.losses.Loss) else _Mean(loss))(y, prediction)


def _compiled_loss(model, x, y, prediction):
    # Keras settles what a compiled loss means, and gives a model of several outputs a metric for
    # each, when it first meets targets. Those shall be the targets of training, so the probe batch
    # meets another loss that is compiled the same.
    compiled = model._compile_loss
    if compiled is not None:
        model._compile_loss = type(compiled)(
            compiled._user_loss, compiled._user_loss_weights, output_names=compiled.output_names
        )
    try:
        return model.compute_loss(x=x, y=y, y_pred=prediction, training=False)
    finally:
        model._compile_loss = compiled


class _Mean(keras.losses.Loss):
    """A function of (y, prediction) as Keras takes it in `compile`: its mean over the batch."""

    def __init__(self, function):
        super().__init__(name="mean")  # of a scope, which in a graph must not begin with _
        self.function = function

    def call(self, y_true, y_pred):
        return self.function(y_true, y_pred)
