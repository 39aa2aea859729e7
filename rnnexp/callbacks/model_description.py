"""What is written about a model before anything is measured."""

import json
import warnings
from collections.abc import Mapping
from typing import NamedTuple, Self

import keras
import xarray

from rnnexp.dashboard.layer_names import layer_names
from rnnexp.dashboard.probe_writer import ProbeWriter
from rnnexp.diagnostics.description import equations_text, layer_table
from rnnexp.diagnostics.layer_description import LayerDescription, layer_descriptions
from rnnexp.diagnostics.measures.saturation import saturation_by_inputs
from rnnexp.diagnostics.trace import Trace


class ModelDescription(NamedTuple):
    """A description of a model.

    Attributes:
        layer_table: A table of its layers, in Markdown.
        equations: The equations of its recurrent layers, in Markdown.
        layers: The description of each recurrent layer, by its name.
        step: The training step under which they are shown.
    """

    layer_table: str
    equations: str
    layers: Mapping[str, LayerDescription]
    step: int

    @classmethod
    def of(cls, model: keras.Model, step: int) -> Self:
        """Describe a model."""
        return cls(layer_table(model), equations_text(model), layer_descriptions(model), step)

    def write(self, writer: ProbeWriter, about: xarray.Dataset, trace: Trace) -> None:
        """Write the description, with a warning where large inputs saturate the gates.

        Args:
            writer: Where it is written.
            about: What the file of arrays says of itself.
            trace: The first trace of the model.
        """
        writer.describe_arrays(about, {name: self._attributes(name) for name in trace})
        writer.describe(
            "\n\n".join([self.layer_table, *_warn_of_saturation(trace)]),
            self.equations,
            [layer_names(dataset.attrs, (), ()) for dataset in trace.values()],
            self.step,
        )

    def _attributes(self, name: str) -> dict[str, str]:
        """The description of a layer as attributes of a file.

        Args:
            name: The name of the layer in a trace, which may number the calls of the layer.
        """
        layer = self.layers.get(name) or self.layers.get(name.rpartition("/")[0])
        if layer is None:
            return {}
        return {
            "formula": layer.formula,
            "source": layer.source,
            "convention": layer.convention,
            "weights": json.dumps([weight._asdict() for weight in layer.weights]),
            "parameters": str(layer.parameters),
        }


def _warn_of_saturation(trace: Trace) -> list[str]:
    """Warn of layers whose inputs saturate the gates; return the warnings in Markdown."""
    found = {name: saturation_by_inputs(dataset) for name, dataset in trace.items()}
    told = {name: text for name, text in found.items() if text}
    for name, text in told.items():
        warnings.warn(f"{name}: {text}", stacklevel=2)
    return [f"**{name}: {text}.**" for name, text in told.items()]
