"""Rules for arguments of Keras, many of which it would convert silently or refuse late."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from rnnexp.config.schema import Precision

Rule = Callable[[Any], str | None]
"""A function from a value to what was expected instead; None if the value is valid."""


def number(
    least: float = -math.inf,
    below: float = math.inf,
    above: float = -math.inf,
    null: bool = False,
    whole: bool = False,
) -> Rule:
    """Return the rule for a finite number.

    Args:
        least: The smallest valid number.
        below: The number must be less than this.
        above: The number must be more than this.
        null: Whether null is valid too.
        whole: Whether the number must be whole.
    """
    bounds = {"of at least": least, "of more than": above, "of less than": below}
    range_ = " and ".join(f"{k} {v:g}" for k, v in bounds.items() if math.isfinite(v))
    kind = f"a {'whole ' if whole else ''}number {range_}".rstrip()
    expected = f"{kind}, or null" if null else kind

    def rule(value: Any) -> str | None:
        if value is None:
            return None if null else expected
        right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        valid = right and math.isfinite(value) and least <= value < below and value > above
        return None if valid else expected

    return rule


def flag(value: Any) -> str | None:
    """The rule for true or false."""
    return None if isinstance(value, bool) else "true or false"


def one_of(*choices: Any) -> Rule:
    """Return the rule for one of `choices`, of the same type."""
    names = {None: "null", True: "true", False: "false"}
    expected = " or ".join(str(names.get(choice, choice)) for choice in choices)

    def rule(value: Any) -> str | None:
        valid = any(type(value) is type(choice) and value == choice for choice in choices)
        return None if valid else expected

    return rule


def text(value: Any) -> str | None:
    """The rule for text or null."""
    return None if value is None or (isinstance(value, str) and value) else "text, or null"


def named(value: Any) -> str | None:
    """The rule for the name of an object of Keras, a mapping that builds one, or null."""
    if value is None or (isinstance(value, str) and value) or isinstance(value, Mapping):
        return None
    return "a name as in Keras, a mapping with a _target_, or null"


_SHARE = number(least=0, below=1)
_POSITIVE = number(above=0)
_MAYBE_POSITIVE = number(above=0, null=True)
_NOT_NEGATIVE = number(least=0)
_ANY = number()

OPTIMIZER: dict[str, Rule] = {
    **dict.fromkeys(("beta_1", "beta_2", "rho", "momentum", "adam_beta_1", "adam_beta_2"), _SHARE),
    **dict.fromkeys(("epsilon", "epsilon_1", "epsilon_2", "clip_threshold"), _POSITIVE),
    **dict.fromkeys(("nesterov", "amsgrad", "centered", "use_ema", "relative_step"), flag),
    **dict.fromkeys(("clipvalue", "clipnorm", "global_clipnorm"), _MAYBE_POSITIVE),
    **dict.fromkeys(("beta_2_decay", "muon_a", "muon_b", "muon_c", "adam_lr_ratio"), _ANY),
    **dict.fromkeys(("adam_weight_decay", "initial_accumulator_value", "beta"), _NOT_NEGATIVE),
    **dict.fromkeys(("l1_regularization_strength", "l2_regularization_strength"), _NOT_NEGATIVE),
    "l2_shrinkage_regularization_strength": _NOT_NEGATIVE,
    "learning_rate_power": lambda value: (
        None if not number()(value) and value <= 0 else "0 or less"
    ),
    "loss_scale_factor": _MAYBE_POSITIVE,
    "weight_decay": number(least=0, null=True),
    "ema_momentum": _SHARE,
    "ema_overwrite_frequency": number(least=1, null=True, whole=True),
    "gradient_accumulation_steps": number(least=2, null=True, whole=True),
    "ns_steps": number(least=1, whole=True),
    "warmup_steps": number(least=0, whole=True),
    "rms_rate": _MAYBE_POSITIVE,
    "exclude_embeddings": flag,
    "name": text,
}

SCHEDULE: dict[str, Rule] = {
    **dict.fromkeys(("initial_learning_rate", "first_decay_steps", "decay_steps"), _POSITIVE),
    **dict.fromkeys(("decay_rate", "power", "t_mul", "m_mul"), _POSITIVE),
    **dict.fromkeys(("alpha", "end_learning_rate"), _NOT_NEGATIVE),
    **dict.fromkeys(("staircase", "cycle"), flag),
    "warmup_target": _MAYBE_POSITIVE,
    "warmup_steps": number(least=0, whole=True),
}

CALLBACK: dict[str, Rule] = {
    **dict.fromkeys(("patience", "cooldown", "start_from_epoch"), number(least=0, whole=True)),
    **dict.fromkeys(("min_delta", "min_lr"), _NOT_NEGATIVE),
    **dict.fromkeys(("restore_best_weights", "swap_on_epoch"), flag),
    "factor": number(above=0, below=1),
    "baseline": number(null=True),
    "mode": one_of("auto", "min", "max"),
    "verbose": one_of("auto", 0, 1, 2),
}

_PARTS = ("kernel", "recurrent", "bias")
LAYER: dict[str, Rule] = {
    **dict.fromkeys(("dropout", "recurrent_dropout"), _SHARE),
    **dict.fromkeys(("use_bias", "unit_forget_bias", "reset_after", "go_backwards"), flag),
    **dict.fromkeys(("unroll", "zero_output_for_mask", "trainable", "autocast"), flag),
    **dict.fromkeys(("activation", "recurrent_activation", "activity_regularizer"), named),
    **{f"{part}_initializer": named for part in _PARTS},
    **{f"{part}_regularizer": named for part in _PARTS},
    **{f"{part}_constraint": named for part in _PARTS},
    "stateful": one_of(False),
    "return_state": one_of(False),
    "use_cudnn": one_of("auto", True, False),
    "update_gate": one_of("new", "keep"),
    "seed": number(least=0, below=2**32, null=True, whole=True),
    "dtype": one_of(None, *(precision.name for precision in Precision)),
}
