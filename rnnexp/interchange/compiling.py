"""Compiles a copied model like its original."""

import warnings
from typing import Any

import keras

from rnnexp.interchange.rebuilding import rebuilt


def compile_alike(before: keras.Model, after: keras.Model) -> None:
    """Compiles `after` with the arguments of `before`, if `before` is compiled.

    Losses and functions are shared. The optimizer and the metrics have values of their own, so the
    copy gets new ones with the same configuration and initial values. A model that overrides
    `compile` is left uncompiled. A model with a metric or an optimizer without a config is left
    uncompiled with a warning.
    """
    arguments = getattr(getattr(before, "_compile_config", None), "config", None)
    custom = type(before).compile is not keras.Model.compile
    if not before.compiled or arguments is None or custom:
        return
    try:
        anew = {
            name: _fresh(arguments[name])
            for name in ("optimizer", "metrics", "weighted_metrics")
            if name in arguments
        }
    except TypeError as error:
        warnings.warn(f"the copy of {before.name!r} is not compiled: {error}", stacklevel=2)
        return
    after.compile(**{**arguments, **anew})


def _fresh(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _fresh(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_fresh(item) for item in value]
    return rebuilt(value) if hasattr(value, "get_config") else value
