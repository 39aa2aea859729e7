"""Arguments that a layer or a cell does not have, and flags that are neither true nor false."""

import difflib
import inspect

# What every Keras layer takes.
KERAS = {"activity_regularizer", "autocast", "dtype", "input_dim"}
KERAS |= {"input_shape", "name", "trainable"}


def check_arguments(kind: type, given) -> None:
    """Refuses names that neither the class nor Keras knows.

    Raises:
        ValueError: There is one; the message says which, and what it may have been meant to be.
    """
    unknown = [name for name in given if name not in KERAS]
    if not unknown:
        return
    known = [name for name in inspect.signature(kind).parameters if name not in ("args", "kwargs")]
    said = []
    for name in unknown:
        near = meant(name, known).strip()
        said.append(f"{name!r} ({near})" if near else f"{name!r}")
    raise ValueError(
        f"{kind.__name__} has no argument {', '.join(said)}; expected some of "
        f"{', '.join([*known, 'name', 'dtype', 'trainable'])}"
    )


def meant(name, known) -> str:
    """Returns "did you mean …? " with the nearest of the known names; "" if none is near."""
    near = difflib.get_close_matches(str(name), known, n=1)
    return f"did you mean {near[0]!r}? " if near else ""


def flag(name: str, value) -> bool:
    """Returns the value of an argument that is true or false; 0 and 1 are, too.

    Raises:
        ValueError: It is neither. A misspelt word in YAML is a text, which would be true.
    """
    if isinstance(value, str) or value not in (True, False):
        raise ValueError(f"{name} is {value!r}; expected True or False")
    return bool(value)
