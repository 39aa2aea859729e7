"""Explains every equation of rnnexp, and every YAML file that sets a unit up differently."""

from typing import Any

from omegaconf import OmegaConf

from rnnexp.config.instantiate import build
from rnnexp.config.yaml_files import conf_folder
from rnnexp.equations import EQUATIONS, Equation
from rnnexp.explain.explaining import explanation
from rnnexp.explain.explanation import Explanation

_UNITS = 2  # some initializers need more than one; no equation depends on it


def every_unit() -> list[Explanation]:
    """Returns the explanations, SimpleRNN first, then by year and name."""
    equations: dict[Equation, str] = {kind(): name for name, kind in EQUATIONS.items()}
    models: dict[Equation, list[str]] = {}
    for model, equation in equations_of_models().items():
        models.setdefault(equation, []).append(model)
        equations.setdefault(equation, model)
    found = [explanation(e, name, sorted(models.get(e, ()))) for e, name in equations.items()]
    return sorted(found, key=lambda unit: (unit.name != "SimpleRNN", unit.year, unit.name))


def equations_of_models() -> dict[str, Equation]:
    """Returns the equation of the layer in each YAML file of conf/model/, by the file's name."""
    found = {}
    for path in sorted((conf_folder() / "model").glob("*.yaml")):
        layer: Any = OmegaConf.to_container(OmegaConf.load(path).layer, resolve=True)
        found[path.stem] = build(layer, "model.layer", "layer", (), units=_UNITS).cell.equation
    return found
