"""All tags of a layer's gates and gradients in TensorBoard, with their descriptions.

TensorBoard groups tags by the part before the first slash, and sorts them. A test compares the list
in `docs/tensorboard.md` with the tags of a run.
"""

GATE_SCALARS = {
    "mean": "The mean of the gate over the probe batch, timesteps and units, 0 to 1.",
    "spread": "Standard deviation of the same values, 0 to ½.",
    "entropy": "How undecided the gate is: 0 bits where it is 0 or 1, 1 bit where it is ½.",
    "saturated_low": "Share of the gate's values below 0.1.",
    "saturated_high": "Share of the gate's values above 0.9.",
}
RETENTION_SCALARS = {
    "retention": "Fraction of the old state that a step keeps, mean, 0 to 1; 0 without gates.",
    "carried_from_start": "Fraction of the state after the layer's first step that is still "
    "carried at its last by the gates alone, mean over units, 0 to 1.",
}
GRADIENT_SCALARS = {
    "horizon": "Timesteps back from the last for which the gradient's norm stays above 1 % of its "
    "value there.",
    "earliest_quarter": "Share of the sum of the norms that falls to the first quarter of the "
    "timesteps; ¼ where the gradient is the same at every timestep.",
    "first_to_last": "log₁₀ of the norm at the layer's first step over that at its last: 0 where "
    "all of the gradient arrives, -3 where a thousandth of it does.",
}
GATE_OVER_UNITS = "How many units have which mean of the gate over the probe batch and timesteps."
GRADIENT_AGAINST_T = (
    "The gradient that reaches each timestep. Horizontal: t = 1 … T. Height: its norm at t over "
    "its norm at the last timestep. One curve for each logged training step."
)
GRADIENT_PICTURE = "The norm of the gradient at each timestep, a curve for each logged step."
HEAT_MAP = "Timestep against training step; colour is the value, white is zero or not a number."


def gate_scalar(layer: str, gate: str, name: str) -> str:
    return f"gates/{layer}/{gate}/{name}"


def gate_over_units(layer: str, gate: str) -> str:
    return f"gates/{layer}/{gate}/over_units"


def retention_scalar(layer: str, name: str) -> str:
    return f"retention/{layer}/{name}"


def gradient_scalar(layer: str, gradient: str, name: str) -> str:
    return f"gradients/{layer}/{gradient}/{name}"


def gradient_against_t(layer: str, gradient: str) -> str:
    return f"gradients/{layer}/{gradient}/against_t"


def gradient_picture(layer: str) -> str:
    return f"pictures/{layer}/gradient_against_t"


def gates_heat_map(layer: str) -> str:
    return f"pictures/{layer}/gates_over_training"


def gradients_heat_map(layer: str) -> str:
    return f"pictures/{layer}/gradients_over_training"


LAYERS = "model/layers"
EQUATIONS = "model/equations"
