"""The layout of the Custom Scalars dashboard: which curves stand together, and in which order."""

from collections.abc import Sequence

from tensorboard.plugins.custom_scalar.layout_pb2 import (
    Category,
    Chart,
    Layout,
    MultilineChartContent,
)

from rnnexp.dashboard.layer_names import INPUT_GRADIENT, LayerNames, gradient_label
from rnnexp.tasks.scores import HIGHER_IS_BETTER

Charts = dict[str, str]
"""By title of a chart, a regular expression that matches the tags of its curves."""


def custom_scalars_layout(layers: Sequence[LayerNames]) -> Layout:
    """The layout for a model.

    A chart has one gate or one gradient of all layers, which its regular expression finds:
    TensorBoard draws all curves of a run in one colour.

    Args:
        layers: The names of the states and gates of each recurrent layer.
    """
    gates = dict.fromkeys(gate for layer in layers for gate in layer.gates)
    gradients = dict.fromkeys(name for layer in layers for name in layer.state_gradients)
    categories = {
        "Overview": _OVERVIEW,
        **{f"Gate {gate}": _gate_charts(gate) for gate in gates},
        **{
            f"Gradient {gradient_label(name)}": _gradient_charts(name)
            for name in (*gradients, INPUT_GRADIENT)
        },
    }
    return Layout(
        category=[
            Category(
                title=title,
                chart=[
                    Chart(title=chart, multiline=MultilineChartContent(tag=[tags]))
                    for chart, tags in charts.items()
                ],
            )
            for title, charts in categories.items()
        ]
    )


_SCORES = "|".join(HIGHER_IS_BETTER)
_OVERVIEW: Charts = {
    "Loss": "^(epoch_)?loss(/(train|validation))?$",
    # Keras's own callback writes epoch_accuracy, and earlier versions wrote accuracy.
    "Score": f"^(epoch_)?({_SCORES})$|^(?!loss/)[^/]+/(train|validation|test)$",
    "Timesteps that the gradient reaches back, of all": "^memory/.*/(horizon|whole_sequence)$",
    "log₁₀ of the gradient, first timestep over last": "^memory/.*/first_to_last$",
    "Carried from t = 1 to T: mean and most of units": "^memory/.*/carried_(from_start|most)$",
    "Share of gate values below 0.1 or above 0.9": "^gates/.*/saturated$",
}


def _gate_charts(gate: str) -> Charts:
    return {
        f"{gate}: mean (0 to 1)": f"^gates/.*/{gate}/mean$",
        f"{gate}: entropy (bits)": f"^gates/.*/{gate}/entropy$",
        f"{gate}: share below 0.1": f"^gates/.*/{gate}/saturated_low$",
        f"{gate}: share above 0.9": f"^gates/.*/{gate}/saturated_high$",
    }


def _gradient_charts(name: str) -> Charts:
    label, tags = gradient_label(name), f"^gradients/.*/{name}"
    return {
        f"{label}: horizon (timesteps)": f"{tags}/horizon$",
        f"{label}: share of the earliest quarter": f"{tags}/earliest_quarter$",
        f"{label}: log₁₀ of the norm, first timestep over last": f"{tags}/first_to_last$",
    }
