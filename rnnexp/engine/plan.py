"""Plans the matrix products of an equation, from its `step`."""

from dataclasses import dataclass
from typing import NamedTuple

from rnnexp.engine.declared import check_declared
from rnnexp.engine.expressions import Symbol, canonical
from rnnexp.engine.names import check_names
from rnnexp.engine.symbols import Read, Symbolic, structure, symbolic
from rnnexp.equations import Equation


class Product(NamedTuple):
    """The product v W_h of a neuron with one of the vectors that it reads.

    Attributes:
        neuron: The index of the neuron in weight order.
        position: The position of the vector among those that the neuron reads.
    """

    neuron: int
    position: int


@dataclass(frozen=True)
class Group:
    """Products with the same vector, which are computed as one matrix product.

    Attributes:
        products: The products, in weight order.
        state: The index of the state that is the vector; None for a vector that `step` computes,
            such as r ⊙ h.
        with_input: Whether the product includes x_t W_x and the bias.
    """

    products: tuple[Product, ...]
    state: int | None
    with_input: bool


@dataclass(frozen=True)
class Plan:
    """The plan of an equation's matrix products.

    Attributes:
        groups: The groups, in the order in which `step` needs them.
        apart: Neurons with a separate input product: x_t W_x is not part of a group's product.
            These are neurons with a gate on the recurrent product, neurons called in parts, and
            neurons that read no vector.
        gated: Neurons called with `gate=`, which have a second bias.
        parts: Neurons called in parts, whose bias is added by their `output`.
        direct: Neurons whose output is the activation of one product and nothing else.
        states: (neuron, state) for neurons whose output is a next state, unchanged.
        vectors: For each neuron, the number of vectors that it reads.
        reads_input: For each neuron, whether it reads x_t.
    """

    groups: tuple[Group, ...]
    apart: frozenset[int]
    gated: frozenset[int]
    parts: frozenset[int]
    direct: frozenset[int]
    states: tuple[tuple[int, int], ...]
    vectors: tuple[int, ...]
    reads_input: tuple[bool, ...]

    def place(self, product: Product) -> tuple[int, int]:
        """Returns the group of a product, and its position in the group."""
        for g, group in enumerate(self.groups):
            if product in group.products:
                return g, group.products.index(product)
        raise ValueError(f"no group has the product {product}")

    @property
    def kernel_columns(self) -> tuple[int, ...]:
        """The neurons that have columns in the kernel (D, …), in order."""
        return tuple(k for k, reads in enumerate(self.reads_input) if reads)

    @property
    def recurrent_columns(self) -> tuple[Product, ...]:
        """The products that have columns in the recurrent kernel (M, …), in order."""
        return tuple(Product(k, j) for k, n in enumerate(self.vectors) for j in range(n))


def plan(equation: Equation, share: bool = True) -> Plan:
    """Returns the plan of an equation.

    Args:
        equation: The equation. The plan does not depend on its activations, which need not be
            hashable.
        share: Whether products of the same vector share a group. Separate dropout masks require
            False.

    Raises:
        ValueError: `step` or a declaration does not follow the contract of `Equation`.
    """
    key = structure(equation), share
    found = _plans.get(key)
    if found is None:
        check_declared(equation)
        check_names(equation)
        found = _plans[key] = _plan(symbolic(equation), share)
    return found


_plans: dict = {}


def _plan(found: Symbolic, share: bool) -> Plan:
    reads = sorted(found.reads, key=lambda read: read.neuron)
    gated = frozenset(r.neuron for r in reads if r.gate is not None)
    parts = frozenset(r.neuron for r in reads if r.parts)
    unread = frozenset(r.neuron for r in reads if not r.vectors)
    several = frozenset(r.neuron for r in reads if len(r.vectors) > 1)
    added = frozenset(r.neuron for r in reads if r.plus is not None)
    apart = gated | parts | unread
    if not any(r.input for r in reads):
        raise ValueError("none of the equation's neurons reads x_t; expected one that does")
    return Plan(
        groups=_groups(found.reads, share),
        apart=apart,
        gated=gated,
        parts=parts,
        direct=frozenset(range(len(reads))) - apart - several - added,
        states=tuple(
            (following.position, j)
            for j, following in enumerate(found.following)
            if isinstance(following, Symbol) and following.kind == "neuron"
        ),
        vectors=tuple(len(r.vectors) for r in reads),
        reads_input=tuple(r.input for r in reads),
    )


def _groups(reads: tuple[Read, ...], share: bool) -> tuple[Group, ...]:
    in_parts = {read.neuron for read in reads if read.parts}
    together: dict = {}
    for read in reads:
        for position, vector in enumerate(read.vectors):
            product = Product(read.neuron, position)
            key = canonical(vector) if share else product
            together.setdefault(key, (vector, []))[1].append(product)
    return tuple(
        Group(
            tuple(sorted(products)),
            vector.position if isinstance(vector, Symbol) and vector.kind == "state" else None,
            any(position == 0 and neuron not in in_parts for neuron, position in products),
        )
        for vector, products in together.values()
    )
