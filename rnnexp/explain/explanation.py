"""What is said about a unit, as plain data that a JSON file can hold."""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple


class Sizes(NamedTuple):
    """D inputs and M units."""

    inputs: int
    units: int

    def __str__(self) -> str:
        return f"D = {self.inputs:,}, M = {self.units:,}"


@dataclass(frozen=True)
class Count:
    """A number of weights or multiplications, for any D inputs and M units.

    Attributes:
        inputs: How many times D·M.
        recurrent: How many times M·M.
        units: How many times M.
    """

    inputs: int = 0
    recurrent: int = 0
    units: int = 0

    def at(self, inputs: int, units: int) -> int:
        """Returns the number for D inputs and M units."""
        return self.inputs * inputs * units + self.recurrent * units * units + self.units * units

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.inputs + other.inputs,
            self.recurrent + other.recurrent,
            self.units + other.units,
        )

    def __str__(self) -> str:
        terms = {"D·M": self.inputs, "M·M": self.recurrent, "M": self.units}
        texts = [name if n == 1 else f"{n} {name}" for name, n in terms.items() if n]
        return " + ".join(texts) or "0"


@dataclass(frozen=True)
class Weight:
    """A matrix or vector of weights.

    Attributes:
        name: Its name in the equations.
        shape: In letters: "D×M", "M×M", "M", "4M".
        multiplies: What it multiplies, as in "x_t"; "" for a bias or a vector of the unit.
    """

    name: str
    shape: str
    multiplies: str = ""

    def number(self, sizes: Sizes) -> int:
        """Returns the number of weights in it."""
        if self.shape == "D×M":
            return sizes.inputs * sizes.units
        if self.shape == "M×M":
            return sizes.units**2
        return int(self.shape.removesuffix("M") or 1) * sizes.units


@dataclass(frozen=True)
class Neuron:
    """A neuron: what it reads, and its weights.

    Attributes:
        name: Its name in the equations.
        role: Its role, as in "update".
        activation: The name of its activation; "σ" for the logistic function.
        reads: The vectors that it reads, each through a matrix: "x_t", "h_{t-1}", …
        weights: The weights that belong to it.
        weights_of: The neuron whose matrices it uses, or "".
        factor: What multiplies its recurrent product, or "".
        added: What is added to its pre-activation besides products and bias, or "".
        pre_activation: For a neuron called in parts, its pre-activation without the bias; else "".
    """

    name: str
    role: str
    activation: str
    reads: tuple[str, ...]
    weights: tuple[Weight, ...]
    weights_of: str = ""
    factor: str = ""
    added: str = ""
    pre_activation: str = ""

    @property
    def concatenation(self) -> str:
        """The vectors that it reads, as one vector."""
        return f"[{'; '.join(self.reads)}]"

    @property
    def is_dense(self) -> bool:
        """Whether a Dense layer on the concatenation computes it, with nothing added."""
        return not (self.factor or self.added or self.pre_activation)


@dataclass(frozen=True)
class Gate:
    """A gate.

    Attributes:
        name: Its name in the equations.
        role: Its role, as in "update".
        meaning: A sentence that says what it is for and what its values 0 and 1 mean.
    """

    name: str
    role: str
    meaning: str


@dataclass(frozen=True)
class Explanation:
    """Everything that is said about a unit.

    Attributes:
        name: The name of the equation's class; for a YAML file that chooses another activation or
            number, the name of the file.
        models: The names of the YAML files of this unit, as in `model=gru`.
        citation: The first paragraph of the equation's docstring.
        year: The year of the paper; 0 if the docstring has none.
        purpose: What the unit is for.
        pitfalls: What people trip over.
        equations: The lines of the formula, each name defined before it is used.
        definitions: Sentences about functions and numbers in the equations.
        states: The names of the states, the output first.
        memory: The name of the state that carries the memory.
        neurons: The neurons.
        gates: The gates.
        vectors: The unit's own vectors of weights.
        mixture: A sentence about the old and the new part of the memory.
        convex: Whether the memory is a convex combination of both.
        keeps: The factor of the old memory in the new one, with the neurons held constant.
        parallel: Whether all timesteps can be computed at once, because each is an affine map of
            the states.
        parameters: The number of weights.
        products: The multiplications in the matrix products of a step; none has only M.
        elementwise: The other multiplications and divisions of a step, as a multiple of M.
    """

    name: str
    models: tuple[str, ...]
    citation: str
    year: int
    purpose: str
    pitfalls: str
    equations: tuple[str, ...]
    definitions: tuple[str, ...]
    states: tuple[str, ...]
    memory: str
    neurons: tuple[Neuron, ...]
    gates: tuple[Gate, ...]
    vectors: tuple[Weight, ...]
    mixture: str
    convex: bool
    keeps: str
    parallel: bool
    parameters: Count
    products: Count
    elementwise: int

    @property
    def multiplications(self) -> Count:
        """All multiplications of a step."""
        return self.products + Count(units=self.elementwise)

    @property
    def weights(self) -> tuple[Weight, ...]:
        """All weights: those of the neurons, then the unit's own vectors."""
        return (*(weight for neuron in self.neurons for weight in neuron.weights), *self.vectors)

    def as_json(self) -> dict[str, Any]:
        """Returns the explanation as dictionaries, lists, texts and numbers."""
        return asdict(self)


def from_json(saved: dict[str, Any]) -> Explanation:
    """Returns the explanation that `as_json` gave."""
    neurons = [
        Neuron(**_tuples(n) | {"weights": tuple(Weight(**w) for w in n["weights"])})
        for n in saved["neurons"]
    ]
    found = _tuples(saved) | {
        "neurons": tuple(neurons),
        "gates": tuple(Gate(**gate) for gate in saved["gates"]),
        "vectors": tuple(Weight(**vector) for vector in saved["vectors"]),
        "parameters": Count(**saved["parameters"]),
        "products": Count(**saved["products"]),
    }
    return Explanation(**found)


def _tuples(saved: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in saved.items()}
