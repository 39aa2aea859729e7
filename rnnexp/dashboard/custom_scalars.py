"""The custom scalars dashboard: which curves stand together, what matters first."""

from collections.abc import Iterable

from tensorboard.plugins.custom_scalar.layout_pb2 import (
    Category,
    Chart,
    Layout,
    MultilineChartContent,
)

from rnnexp.equations import Equation

Charts = dict[str, str]  # by title: the tags of its curves, as a regular expression


def layout(equations: Iterable[Equation]) -> Layout:
    """For a model whose recurrent layers have these equations.

    A regular expression finds the layers that are there. A chart has one gate or one gradient:
    TensorBoard gives all curves of a run one colour.
    """
    equations = list(equations)
    gates = [n.name for e in equations for n in e.neurons if n.role != "candidate"]
    states = [state for equation in equations for state in equation.states]
    charts = {
        "Overview": _overview(equation.states[-1] for equation in equations),
        **{f"Gate {gate}": _gate(gate) for gate in gates},
        **{f"Gradient dL/d{name}": _gradient(name) for name in (*states, "x")},
    }
    return Layout(
        category=[
            Category(
                title=title,
                chart=[
                    Chart(title=chart, multiline=MultilineChartContent(tag=[tag]))
                    for chart, tag in category.items()
                ],
            )
            for title, category in charts.items()
        ]
    )


def _overview(memories: Iterable[str]) -> Charts:
    """memories: the state of each layer that carries what it remembers."""
    charts = {
        "Loss": "^(epoch_)?loss$",
        "Score": "^(epoch_)?(accuracy|mean_squared_error)$",
    }
    for name in memories:
        reach = f"How far back the gradient reaches (timesteps with ‖dL/d{name}‖ ≥ 1 %)"
        charts[reach] = f"^gradients/.*/d_{name}/horizon$"
        ratio = f"log₁₀ of ‖dL/d{name}‖, first timestep over last"
        charts[ratio] = f"^gradients/.*/d_{name}/first_to_last$"
    return {**charts, "Old state that a step keeps (0 to 1)": "^retention/.*/retention$"}


def _gate(gate: str) -> Charts:
    return {
        f"{gate}: mean (0 to 1)": f"^gates/.*/{gate}/mean$",
        f"{gate}: entropy (bits)": f"^gates/.*/{gate}/entropy$",
        f"{gate}: share below 0.1": f"^gates/.*/{gate}/saturated_low$",
        f"{gate}: share above 0.9": f"^gates/.*/{gate}/saturated_high$",
    }


def _gradient(name: str) -> Charts:
    tags = f"^gradients/.*/d_{name}"
    return {
        f"dL/d{name}: horizon (timesteps)": f"{tags}/horizon$",
        f"dL/d{name}: share of the earliest quarter": f"{tags}/earliest_quarter$",
        f"dL/d{name}: log₁₀ of the norm, first timestep over last": f"{tags}/first_to_last$",
    }
