"""All tags of a layer in TensorBoard, with their descriptions.

TensorBoard groups tags by the part before the first slash, and sorts them. A test compares the list
in `docs/tensorboard.md` with the tags of a run.
"""

MEMORY_SCALARS = {
    "retention": "Fraction of the memory that a step keeps, mean over timesteps and units, 0 to 1; "
    "0 without gates.",
    "carried_from_start": "Share of the memory after the layer's first timestep that the gates "
    "alone still carry at its last, mean over units, 0 to 1.",
    "carried_most": "The same of the unit that carries most.",
    "horizon": "Timesteps back from the last for which the norm of the gradient at the memory "
    "stays at 1 % or more of its value there.",
    "whole_sequence": "The largest horizon that there can be: T - 1, or T - 2 for the c of an LSTM "
    "of which the loss reads only the last output.",
    "first_to_last": "log₁₀ of the norm of the gradient at the memory at the layer's first step "
    "over that at its last: 0 where all of it arrives, -3 where a thousandth does.",
}
CARRIED_OVER_UNITS = (
    "How many units carry which share of the memory from the layer's first timestep to its last."
)
GATE_SCALARS = {
    "mean": "The mean of the gate over the probe batch, timesteps and units, 0 to 1.",
    "spread": "Standard deviation of the same values, 0 to ½.",
    "entropy": "How undecided the gate is: 0 bits where it is 0 or 1, 1 bit where it is ½.",
    "saturated": "Share of the gate's values below 0.1 or above 0.9.",
    "saturated_low": "Share of the gate's values below 0.1.",
    "saturated_high": "Share of the gate's values above 0.9.",
}
GATE_VALUES = "How many values of the gate, over sequences, timesteps and units, are how large."
GATE_OVER_UNITS = "How many units have which mean of the gate over the probe batch and timesteps."
GRADIENT_SCALARS = {
    "horizon": "Timesteps back from the last for which the gradient's norm stays at 1 % or more of "
    "its value there.",
    "earliest_quarter": "Share of the sum of the norms that falls to the first quarter of the "
    "timesteps; ¼ where the gradient is the same at every timestep.",
    "first_to_last": "log₁₀ of the norm at the layer's first step over that at its last: 0 where "
    "all of the gradient arrives, -3 where a thousandth of it does.",
}
GRADIENT_PICTURE = (
    "The norm of the gradient at each timestep, a curve for each logged step; right: over its norm "
    "at the last timestep."
)
GRADIENTS_HEAT_MAP = (
    "Timestep against training step; colour is the norm, white is zero or not a number."
)
UNITS_PICTURE = (
    "Every unit at every timestep of a sequence, as last kept. The units are in the order of what "
    "they carry from the first timestep to the last, the unit that carries most at the top."
)
MEMORY_PICTURE = (
    "Against the training step: what each unit carries from the first timestep to the last, in the "
    "same order; and how far back the gradient reaches, with the whole sequence dotted."
)


def memory_scalar(layer: str, name: str) -> str:
    return f"memory/{layer}/{name}"


def carried_over_units(layer: str) -> str:
    return f"memory/{layer}/carried_over_units"


def gate_scalar(layer: str, gate: str, name: str) -> str:
    return f"gates/{layer}/{gate}/{name}"


def gate_values(layer: str, gate: str) -> str:
    return f"gates/{layer}/{gate}/values"


def gate_over_units(layer: str, gate: str) -> str:
    return f"gates/{layer}/{gate}/over_units"


def gradient_scalar(layer: str, gradient: str, name: str) -> str:
    return f"gradients/{layer}/{gradient}/{name}"


def gradient_picture(layer: str) -> str:
    return f"pictures/{layer}/gradient_against_t"


def gradients_heat_map(layer: str) -> str:
    return f"pictures/{layer}/gradients_over_training"


def units_picture(layer: str) -> str:
    return f"pictures/{layer}/units_against_t"


def memory_picture(layer: str) -> str:
    return f"pictures/{layer}/memory_over_training"


LAYERS = "model/layers"
EQUATIONS = "model/equations"
