"""The custom scalars dashboard: which curves stand together, what matters first."""

from tensorboard.plugins.custom_scalar.layout_pb2 import (
    Category,
    Chart,
    Layout,
    MultilineChartContent,
)

# By category, by chart: the tags of its curves, as a regular expression.
_CHARTS = {
    "Overview": {
        "Loss": "^(epoch_)?loss$",
        "Score": "^(epoch_)?(accuracy|mean_squared_error)$",
        "How far back the gradient reaches (timesteps with ‖dL/dh‖ ≥ 1 %)": (
            "^gradients/.*/d_h/horizon$"
        ),
        "log₁₀ of ‖dL/dh‖, first timestep over last": "^gradients/.*/d_h/first_to_last$",
        "Old state that a step keeps (0 to 1)": "^retention/.*/retention$",
    },
    "Gates": {
        "Mean (0 to 1)": "^gates/.*/mean$",
        "Entropy (bits)": "^gates/.*/entropy$",
        "Share below 0.1": "^gates/.*/saturated_low$",
        "Share above 0.9": "^gates/.*/saturated_high$",
    },
    "Gradients": {
        "Horizon (timesteps)": "^gradients/.*/horizon$",
        "Share of the earliest quarter": "^gradients/.*/earliest_quarter$",
        "log₁₀ of the norm, first timestep over last": "^gradients/.*/first_to_last$",
    },
}


def layout() -> Layout:
    """For any model: a regular expression finds the layers that are there."""
    return Layout(
        category=[
            Category(
                title=title,
                chart=[
                    Chart(title=chart, multiline=MultilineChartContent(tag=[tag]))
                    for chart, tag in charts.items()
                ],
            )
            for title, charts in _CHARTS.items()
        ]
    )
