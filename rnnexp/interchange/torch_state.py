"""The names and shapes in the state dicts of `torch.nn.RNN`, `GRU` and `LSTM`."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

ROWS = {"RNN": 1, "GRU": 3, "LSTM": 4}
NAME = re.compile(r"(weight_ih|weight_hh|bias_ih|bias_hh)_l(\d+)(_reverse)?")
WEIGHTS, BIASES = ("weight_ih", "weight_hh"), ("bias_ih", "bias_hh")
FORWARD, BACKWARD = "", "_reverse"
SHOWN = 8


@dataclass(frozen=True)
class Module:
    """The arguments of a PyTorch module, read from its state dict."""

    kind: str
    inputs: int
    units: int
    depth: int
    directions: tuple[str, ...]
    bias: bool
    dtype: str

    def shapes(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yields every name of the state dict with the shape of its array."""
        rows = ROWS[self.kind] * self.units
        for n in range(self.depth):
            inputs = self.inputs if n == 0 else self.units * len(self.directions)
            for direction in self.directions:
                yield f"weight_ih_l{n}{direction}", (rows, inputs)
                yield f"weight_hh_l{n}{direction}", (rows, self.units)
                for name in BIASES if self.bias else ():
                    yield f"{name}_l{n}{direction}", (rows,)


def read(state: Mapping[str, Any]) -> tuple[Module, dict[str, np.ndarray]]:
    """Reads a state dict.

    Args:
        state: {name: array}.

    Returns:
        The module that the state belongs to, and its arrays.

    Raises:
        TypeError: `state` is not a mapping to arrays of floating point numbers of one dtype.
        ValueError: A name or shape is missing, or no module has it.
    """
    if not isinstance(state, Mapping):
        raise TypeError(
            f"got {type(state).__name__}; expected a state dict, {{name: array}}, as "
            "{k: v.numpy() for k, v in module.state_dict().items()}"
        )
    _check_names(list(state))
    arrays = {name: _array(name, value) for name, value in state.items()}
    module = _module(arrays)
    _check_missing(arrays, (name for name, _ in module.shapes()))
    expected = dict(module.shapes())
    unexpected = [name for name in arrays if name not in expected]
    if unexpected:
        raise ValueError(
            f"the state has the names {_listed(unexpected)}; expected only the names of one "
            f"torch.nn.{module.kind}"
        )
    for name, shape in expected.items():
        if arrays[name].shape != shape:
            raise ValueError(
                f"{name} has the shape {arrays[name].shape}; expected {shape} in a "
                f"torch.nn.{module.kind} of {module.units} units"
            )
    return module, arrays


def _check_names(names: Sequence[Any]) -> None:
    unknown = [name for name in names if not isinstance(name, str) or not NAME.fullmatch(name)]
    if not unknown and names:
        return
    prefixes = {str(name).rpartition(".")[0] for name in unknown}
    inner = [name for name in unknown if NAME.fullmatch(str(name).rpartition(".")[2])]
    if inner and prefixes != {""}:
        prefix = inner[0].rpartition(".")[0]
        raise ValueError(
            f"the names {_listed(inner)} belong to a module inside a larger one; expected the "
            f"state dict of the recurrent module only: pass model.{prefix}.state_dict()"
        )
    raise ValueError(
        f"the state has the names {_listed(unknown)}; expected those of torch.nn.RNN, GRU or LSTM "
        "(weight_ih_l0, weight_hh_l0, …); projections (proj_size) have no counterpart in Keras"
    )


def _array(name: str, value: Any) -> np.ndarray:
    try:
        array = np.asarray(value)
    except Exception as error:  # whatever a foreign type raises
        raise TypeError(
            f"{name} is a {type(value).__name__} that NumPy cannot read ({error}); expected an "
            "array: pass v.detach().cpu().numpy()"
        ) from error
    # bfloat16 is not a NumPy type and has kind V.
    if array.dtype.kind != "f" and array.dtype.name != "bfloat16":
        raise TypeError(
            f"{name} has the dtype {array.dtype}; expected floating point numbers, as in the "
            "weights of PyTorch modules"
        )
    return array


def _module(arrays: Mapping[str, np.ndarray]) -> Module:
    if "weight_hh_l0" not in arrays or "weight_ih_l0" not in arrays:
        _check_missing(arrays, ["weight_ih_l0", "weight_hh_l0"])
    inputs, recurrent = arrays["weight_ih_l0"], arrays["weight_hh_l0"]
    for name, weight in (("weight_ih_l0", inputs), ("weight_hh_l0", recurrent)):
        if weight.ndim != 2 or 0 in weight.shape:
            raise ValueError(f"{name} has the shape {weight.shape}; expected a matrix, (N M, …)")
    rows, units = recurrent.shape
    kinds = [kind for kind, n in ROWS.items() if n * units == rows]
    if not kinds:
        raise ValueError(
            f"weight_hh_l0 has the shape {recurrent.shape}; expected M, 3 M or 4 M rows for M "
            "columns: the weights of torch.nn.RNN, GRU or LSTM"
        )
    dtypes = {array.dtype.name for array in arrays.values()}
    if len(dtypes) > 1:
        raise TypeError(f"the arrays have the dtypes {', '.join(sorted(dtypes))}; expected one")
    matches = [match for name in arrays if (match := NAME.fullmatch(name))]
    return Module(
        kind=kinds[0],
        inputs=inputs.shape[1],
        units=units,
        depth=1 + max(int(match[2]) for match in matches),
        directions=(FORWARD, BACKWARD) if any(match[3] for match in matches) else (FORWARD,),
        bias=any(match[1] in BIASES for match in matches),
        dtype=dtypes.pop(),
    )


def _check_missing(arrays: Mapping[str, np.ndarray], expected: Iterable[str]) -> None:
    # A layer number in a name may be huge, so not all expected names are generated.
    missing = list(islice((name for name in expected if name not in arrays), SHOWN + 1))
    if missing:
        raise ValueError(
            f"the state lacks {_listed(missing)}; it has {_listed(list(arrays))}; expected the "
            "same names for every layer and direction"
        )


def _listed(names: Sequence[Any]) -> str:
    shown = [str(name) for name in names[:SHOWN]]
    return ", ".join(shown) + (" and others" if len(names) > SHOWN else "")
