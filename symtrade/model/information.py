"""Information structures, lists of them, and the total minimum utility of direct mechanisms on them.

An information structure says, for each state, both values, the probability and the two signals;
every agent knows her own value.  A direct mechanism on it asks for signals and has an outcome for
every pair of signals, pairs that never occur included.  (Carroll 2017, sections 4.1 and 5.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq
from sympy import sympify

from symtrade.kernel import view
from symtrade.kernel.polynomial import Coefficient, Polynomial, Ring, linear_form, numerator
from symtrade.kernel.program import Constraint, LinearForm, Scope
from symtrade.kernel.region import Condition
from symtrade.model.errors import ModelError
from symtrade.model.expressions import coefficient, exact, make_ring, symbol_table
from symtrade.model.program import LinearProgram, maximize
from symtrade.model.relations import as_tuple, build_region

BUYER, SELLER = 0, 1
SIDES = ("B", "S")
Requirement = tuple[Condition, object]


@dataclass(frozen=True)
class State:
    """One state: the buyer's and the seller's value, its probability, and the two signals."""

    values: tuple[Any, Any]
    probability: Any
    signals: tuple[str, str]


@dataclass(frozen=True)
class InformationStructure:
    """Finitely many states; raises ModelError where a signal does not reveal its owner's value.

    >>> from sympy import Rational, symbols
    >>> b, s = symbols("b s")
    >>> one = InformationStructure((State((b, s), 1, ("beta", "sigma")),))
    >>> one.signals(BUYER), one.value("beta", BUYER)
    (('beta',), b)
    """

    states: tuple[State, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", tuple(self.states))
        if not self.states:
            raise ModelError("an information structure needs at least one state")
        for side in (BUYER, SELLER):
            known: dict[str, Any] = {}
            for state in self.states:
                signal, value = state.signals[side], state.values[side]
                if known.setdefault(signal, value) != value:
                    raise ModelError(
                        f"the signal {signal} occurs with the values {known[signal]} and {value}: an agent "
                        "knows her own value, so give the two states different signals"
                    )

    def signals(self, side: int) -> tuple[str, ...]:
        """The signals of the buyer (side 0) or the seller (side 1), in order of appearance."""
        return tuple(dict.fromkeys(state.signals[side] for state in self.states))

    def value(self, signal: str, side: int) -> Any:
        """The value that a signal reveals to its owner."""
        return next(state.values[side] for state in self.states if state.signals[side] == signal)

    def probability(self, buyer: str | None = None, seller: str | None = None) -> Any:
        """The probability of a buyer's signal, of a seller's, or of both, as a SymPy expression.

        >>> from sympy import symbols
        >>> p = symbols("p")
        >>> two = InformationStructure((State((3, 1), p, ("B", "S1")), State((3, 2), 1 - p, ("B", "S2"))))
        >>> two.probability(seller="S2"), two.probability("B")
        (1 - p, 1)
        """
        wanted = (buyer, seller)
        return sympify(sum(state.probability for state in self.states
                           if all(w in (None, s) for w, s in zip(wanted, state.signals, strict=True))))


@dataclass(frozen=True)
class _Numbers:
    """A structure with its values and probabilities as coefficients."""

    structure: InformationStructure
    joint: Mapping[tuple[str, str], Coefficient]
    values: tuple[Mapping[str, Coefficient], Mapping[str, Coefficient]]

    def pairs(self, off_path: bool) -> list[tuple[str, str]]:
        """Every pair of a buyer's and a seller's signal, or only those that occur."""
        buyer, seller = self.structure.signals(BUYER), self.structure.signals(SELLER)
        return [(b, s) for b in buyer for s in seller if off_path or (b, s) in self.joint]

    def weight(self, signal: str, side: int) -> Coefficient:
        total: Coefficient = fmpq(0)
        for pair, probability in self.joint.items():
            if pair[side] == signal:
                total = total + probability
        return total

    def conditional(self, signal: str, side: int) -> dict[str, Coefficient]:
        """Probabilities of the other agent's signals given one's own."""
        whole = self.weight(signal, side)
        return {pair[1 - side]: p / whole for pair, p in self.joint.items() if pair[side] == signal}


@dataclass(frozen=True)
class InformationList:
    """A list of information structures over a common prior, and the parameters it depends on.

    With ``overlapping=True`` equal names of signals in different structures mean the same signal:
    it must convey the same in each, and mechanisms treat shared pairs of signals alike.
    Raises ModelError otherwise.
    """

    structures: tuple[InformationStructure, ...]
    assuming: tuple[Any, ...] = ()
    overlapping: bool = False
    parameters: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "structures", tuple(self.structures))
        object.__setattr__(self, "assuming", as_tuple(self.assuming))
        object.__setattr__(self, "parameters", as_tuple(self.parameters))
        self._check_prior()
        if self.overlapping:
            self._check_overlap()

    @cached_property
    def symbols(self) -> dict[str, Any]:
        given = [exact(v) for s in self.structures for state in s.states for v in state.values]
        chances = [exact(state.probability) for s in self.structures for state in s.states]
        return symbol_table(*self.parameters, *given, *self.assuming, *chances)

    @cached_property
    def ring(self) -> Ring:
        return make_ring(tuple(self.symbols))

    @cached_property
    def numbers(self) -> tuple[_Numbers, ...]:
        return tuple(self._read(structure) for structure in self.structures)

    def _read(self, structure: InformationStructure) -> _Numbers:
        joint: dict[tuple[str, str], Coefficient] = {}
        for state in structure.states:
            chance = coefficient(exact(state.probability), self.ring, "a state's probability")
            joint[state.signals] = joint.get(state.signals, fmpq(0)) + chance
        values: Any = tuple(
            {signal: coefficient(exact(structure.value(signal, side)), self.ring, "a value")
             for signal in structure.signals(side)}
            for side in (BUYER, SELLER)
        )
        return _Numbers(structure, joint, values)

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every state has positive probability: checked by the solver on the whole region."""
        found: dict[str, Requirement] = {}
        denominators: list[Polynomial] = []
        for number, structure in enumerate(self.structures, 1):
            for state in structure.states:
                given = exact(state.probability)
                chance = coefficient(given, self.ring, "a state's probability", denominators)
                top = numerator(chance, self.ring) * (chance.den if hasattr(chance, "den") else 1)
                message = f"structure {number}: the probability {state.probability} must be positive"
                found[str(top)] = (Condition(top, ">"), message)
        for bottom in denominators:
            found[f"!{bottom}"] = (Condition(bottom, "!="), f"a probability divides by {bottom}")
        return tuple(found.values())

    def prior(self) -> dict[tuple[Any, Any], Coefficient]:
        """The joint distribution of the two values (that of every structure)."""
        return self._prior(self.structures[0])

    def _prior(self, structure: InformationStructure) -> dict[tuple[Any, Any], Coefficient]:
        result: dict[tuple[Any, Any], Coefficient] = {}
        for state in structure.states:
            chance = coefficient(exact(state.probability), self.ring, "a state's probability")
            result[state.values] = result.get(state.values, fmpq(0)) + chance
        return result

    def _check_prior(self) -> None:
        if not self.structures:
            raise ModelError("a list of information structures needs at least one")
        first = self.prior()
        total: Coefficient = fmpq(0)
        for chance in first.values():
            total = total + chance
        if total != 1:
            raise ModelError(f"structure 1: the probabilities of the states sum to {total}, not to 1")
        for number, structure in enumerate(self.structures[1:], 2):
            other = self._prior(structure)
            for values in first.keys() | other.keys():
                if first.get(values, fmpq(0)) != other.get(values, fmpq(0)):
                    raise ModelError(
                        f"structures 1 and {number} disagree on the prior: the values {values} have "
                        f"probability {first.get(values, 0)} and {other.get(values, 0)}"
                    )

    def _check_overlap(self) -> None:
        for side in (BUYER, SELLER):
            known: dict[str, tuple[int, Any, dict[str, Coefficient]]] = {}
            for number, table in enumerate(self.numbers, 1):
                for signal in table.structure.signals(side):
                    here = (number, table.values[side][signal], table.conditional(signal, side))
                    first = known.setdefault(signal, here)
                    if first[1] != here[1] or first[2] != here[2]:
                        raise ModelError(
                            f"the signal {signal} conveys something else in structure {number} than in "
                            f"structure {first[0]}: rename it, or leave out overlapping=True"
                        )

    def scope(self, off_path: bool = True) -> Scope:
        """Variables q, t for every pair of signals, then u_B[..], u_S[..] for every value.

        With ``off_path=False`` only pairs that occur have an outcome.
        """
        names: list[str] = []
        for number, table in enumerate(self.numbers, 1):
            pairs = [self._pair(number, *pair) for pair in table.pairs(off_path)]
            names += [f"{letter}{pair}" for letter in "qt" for pair in pairs]
        names += [self._utility(side, v) for side in (BUYER, SELLER) for v in self._values(side)]
        names = list(dict.fromkeys(names))
        region = build_region(self.ring, self.assuming, self.symbols.values())
        domain = tuple(
            row for name in names if name.startswith("q")
            for row in (Constraint(f"{name} >= 0", ((name, fmpq(1)),), ">="),
                        Constraint(f"{name} <= 1", ((name, fmpq(1)),), "<=", fmpq(1)))
        )
        return Scope(tuple(names), region, self.symbols, domain, self.requirements)

    def _mark(self, number: int) -> str:
        return "" if self.overlapping else str(number)

    def _pair(self, number: int, buyer: str, seller: str) -> str:
        return f"{self._mark(number)}[{buyer}, {seller}]"

    def _values(self, side: int) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(state.values[side] for state in self.structures[0].states))

    def _utility(self, side: int, value: Any) -> str:
        return f"u_{SIDES[side]}[{value}]"

    def outcome(self, number: int, buyer: str, seller: str) -> tuple[Any, Any]:
        """The symbols q and t of a pair of signals in structure 1, 2, ..."""
        pair = self._pair(number, buyer, seller)
        return view.symbol(f"q{pair}", {}), view.symbol(f"t{pair}", {})

    def minimum_utility(self, side: int, value: Any) -> Any:
        """The symbol u of a value of the buyer (side 0) or the seller (side 1)."""
        return view.symbol(self._utility(side, value), {})

    def utility(self, number: int, side: int, value: Any) -> LinearForm:
        """What a value of the buyer (side 0) or the seller (side 1) expects in structure 1, 2, ..."""
        return LinearForm(linear_form(self._expected(number, side, value)), fmpq(0), self.scope())

    def _expected(self, number: int, side: int, value: Any) -> dict[str, Coefficient]:
        table = self.numbers[number - 1]
        own = [s for s in table.structure.signals(side) if table.structure.value(s, side) == value]
        whole = sum((table.weight(s, side) for s in own), fmpq(0))
        form: dict[str, Coefficient] = {}
        for signal in own:
            share = table.weight(signal, side) / whole
            for name, c in self.terms(number, side, signal, signal).items():
                form[name] = form.get(name, fmpq(0)) + share * c
        return form

    def terms(self, number: int, side: int, signal: str, report: str) -> dict[str, Coefficient]:
        """Expected utility of a signal that reports another one, as a linear form."""
        table = self.numbers[number - 1]
        value, sign = table.values[side][signal], 1 if side == BUYER else -1
        form: dict[str, Coefficient] = {}
        for other, chance in table.conditional(signal, side).items():
            pair = (report, other) if side == BUYER else (other, report)
            form["q" + self._pair(number, *pair)] = chance * value * sign
            form["t" + self._pair(number, *pair)] = -chance * sign
        return form

    def mechanism_constraints(self, scope: Scope) -> tuple[Constraint, ...]:
        """Incentive compatibility and individual rationality of every signal, each row once.

        A report is left out where it may lead to a pair of signals without an outcome.
        """
        known = set(scope.variables)
        rows: dict[Any, Constraint] = {}
        for number, table in enumerate(self.numbers, 1):
            for side in (BUYER, SELLER):
                for signal in table.structure.signals(side):
                    truth = self.terms(number, side, signal, signal)
                    forms = [(f"IC_{SIDES[side]}^{number}[{signal} -> {lie}]",
                              _difference(truth, self.terms(number, side, signal, lie)))
                             for lie in table.structure.signals(side)
                             if lie != signal and known.issuperset(self.terms(number, side, signal, lie))]
                    forms.append((f"IR_{SIDES[side]}^{number}[{signal}]", truth))
                    for name, form in forms:
                        row = Constraint(name, linear_form(form), ">=", fmpq(0), scope)
                        rows.setdefault(tuple((v, str(c)) for v, c in row.coefficients), row)
        return tuple(rows.values())

    def minimum_constraints(self, scope: Scope, assign: Mapping[Any, int] | None) -> tuple[Constraint, ...]:
        """u of each value is at most its expected utility in each structure (or the assigned one)."""
        rows = []
        for side in (BUYER, SELLER):
            for value in self._values(side):
                for number in range(1, len(self.structures) + 1):
                    if assign is not None and assign.get(value, number) != number:
                        continue
                    form = self._expected(number, side, value) | {self._utility(side, value): fmpq(-1)}
                    rows.append(Constraint(f"MIN_{SIDES[side]}^{number}[{value}]", linear_form(form), ">=",
                                           fmpq(0), scope))
        return tuple(rows)


def _difference(one: Mapping[str, Coefficient], other: Mapping[str, Coefficient]) -> dict[str, Coefficient]:
    form = dict(one)
    for name, c in other.items():
        form[name] = form.get(name, fmpq(0)) - c
    return form


def total_minimum_utility(structures: InformationList, assign: Mapping[Any, int] | None = None,
                          off_path: bool = True) -> LinearProgram:
    """The program whose optimum bounds the guarantee of every mechanism (by the extortion lemma).

    Maximise the sum over values of probability * u, where u is at most the expected utility of the
    value in each structure.  `assign` maps values to the number (1, 2, ...) of the one structure
    in which they count.  With ``off_path=False`` pairs of signals that never occur have no outcome,
    and no agent can make a report that may lead to one: fewer constraints, so a bound no better.
    Raises ModelError for an assignment that does not exist.
    (Carroll 2017, (4.2) and Lemmas 4.1-4.4.)
    """
    known = {v for side in (BUYER, SELLER) for v in structures._values(side)}
    for value, number in (assign or {}).items():
        if value not in known or not 1 <= number <= len(structures.structures):
            raise ModelError(f"assign: {value} -> {number}: expected a value of the prior and a structure "
                             f"1..{len(structures.structures)}")
    scope = structures.scope(off_path)
    goal: dict[str, Coefficient] = {}
    for values, chance in structures.prior().items():
        for side in (BUYER, SELLER):
            name = structures._utility(side, values[side])
            goal[name] = goal.get(name, fmpq(0)) + chance
    rows: Sequence[Constraint] = (
        *structures.mechanism_constraints(scope), *structures.minimum_constraints(scope, assign)
    )
    return maximize(LinearForm(linear_form(goal), fmpq(0), scope), subject_to=rows)
