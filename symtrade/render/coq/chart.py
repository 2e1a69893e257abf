"""The chart of a region in Coq: every parameter vector of the region has coordinates."""

from __future__ import annotations

from dataclasses import dataclass

from symtrade.kernel.polynomial import Coefficient, divide_out, parts, quotient
from symtrade.kernel.region import Region
from symtrade.render.coq.coordinates import Coordinates
from symtrade.render.coq.signs import bracket, weaken
from symtrade.render.coq.text import AND, STATED, SYMBOLS, fraction, polynomial, sides


@dataclass(frozen=True)
class ChartText:
    """The body of the module, and the conditions that its lemma takes as premises."""

    text: str
    premises: tuple[int, ...]


def stated(region: Region, k: int, names: tuple[str, ...]) -> str:
    """Condition k as it stands in a theorem: left side, relation, right side."""
    condition = region.conditions[k]
    left, right = sides(condition.polynomial, names)
    return f"{left} {SYMBOLS[condition.relation]} {right}"


def chart_text(at: Coordinates, names: tuple[str, ...]) -> ChartText:
    """Lemma chart: parameters that satisfy the premises are the images of coordinates in the orthant."""
    region, ring = at.region, at.region.ring
    used: dict[int, None] = dict.fromkeys(row for row, _, _, _ in at.steps)
    solved = _solved_names(at, names)
    script = []
    seen = list(names)
    for row, column, scale, value in at.steps:
        shown = polynomial(region.conditions[row].polynomial, seen)
        script.append(
            f"  assert ({names[column]} = {fraction(value, names)}) as -> by\n"
            f"    (refine (solved {bracket(fraction(scale, ()))} _ _ _ _ "
            f"(from_eq ({shown}) R{row} ltac:(identity)) _); [numbers | identity])."
        )
        # what Coq has put for a parameter is equal to this as a polynomial, and identities need no more
        seen[column] = bracket(fraction(value, seen))
    proofs = []
    for top, kind in zip(at.tops, at.kinds, strict=False):
        proofs.append(_in_kind(at, top, kind, solved, used))
    proofs += [_in_kind(at, quotient(v, ring.one), "Pos", solved, used) for v in at.bottoms]
    witnesses = ", ".join(bracket(fraction(t, solved)) for t in at.tops)
    term = "".join(f"(conj {p} " for p in proofs) + "I" + ")" * len(proofs)
    equations = [f"{n} = {image}" for n, image in zip(names, at.images, strict=True)]
    premises = tuple(sorted(used))
    goal = AND.join(
        [f"orthant kinds (coords {' '.join(at.names)})" if at.names else "orthant kinds coords", *equations]
    )
    exists = f"exists {' '.join(at.names)} : R,\n    " if at.names else ""
    shown = "".join(f"\n  {stated(region, k, names)} ->" for k in premises)
    forall = f"forall {' '.join(names)} : R," if names else ""
    elements = [*at.names, *(polynomial(v, at.names) for v in at.v)]
    binder = f"({' '.join(at.names)} : R) " if at.names else ""
    text = "\n".join(
        [
            f"Definition kinds : list kind := [{'; '.join(at.kinds)}].",
            f"Definition coords {binder}: list R := [{'; '.join(elements)}].",
            "Ltac same := cbv [coords]; identity.",
            f"Lemma chart : {forall}{shown}\n  {exists}{goal}.",
            "Proof.",
            f"  intros {' '.join([*names, *(f'R{k}' for k in premises)])}.",
            *script,
            *([f"  exists {witnesses}."] if witnesses else []),
            *(
                [
                    "  split; [cbv [orthant kinds coords in_kind]|].",
                    f"  - refine {term}; identity.",
                    f"  - refine {_holes(len(equations))}; identity.",
                ]
                if equations
                else ["  exact I."]
            ),
            "Qed.",
        ]
    )
    if names:
        text += "\n" + _through(at, names, premises)
    return ChartText(text, premises)


def _through(at: Coordinates, names: tuple[str, ...], premises: tuple[int, ...]) -> str:
    """Lemma through_chart: what holds for all coordinates holds for all parameters."""
    function = " -> ".join(["R"] * len(names) + ["Prop"])
    orthant = f"orthant kinds {coordinates(at)}"
    forall = f"forall {' '.join(at.names)} : R, " if at.names else ""
    shown = "".join(f"\n  {stated(at.region, k, names)} ->" for k in premises)
    given = " ".join([*names, *(f"R{k}" for k in premises)])
    pattern = " & ".join([*at.names, "X", *("->" for _ in names)])
    return "\n".join(
        [
            f"Lemma through_chart : forall claim : {function},",
            f"  ({forall}{orthant} -> claim {' '.join(at.images)}) ->",
            f"  forall {' '.join(names)} : R,{shown}\n  claim {' '.join(names)}.",
            "Proof.",
            f"  intros claim C {given}. destruct (chart {given}) as ({pattern}).",
            f"  exact (C {' '.join([*at.names, 'X'])}).",
            "Qed.",
        ]
    )


def coordinates(at: Coordinates) -> str:
    """The list of all z's and v's."""
    return f"(coords {' '.join(at.names)})" if at.names else "coords"


def _holes(count: int) -> str:
    return "_" if count == 1 else f"(conj _ {_holes(count - 1)})"


def _solved_names(at: Coordinates, names: tuple[str, ...]) -> tuple[str, ...]:
    """The texts of the parameters once eliminated ones are replaced."""
    gone = {column for _, column, _, _ in at.steps}
    return tuple(bracket(fraction(s, names)) if k in gone else names[k] for k, s in enumerate(at.solved))


def _in_kind(
    at: Coordinates, value: Coefficient, kind: str, names: tuple[str, ...], used: dict[int, None]
) -> str:
    """A proof that a product of the conditions is positive or nonnegative."""
    if kind == "Any":
        return "I"
    want = ">" if kind == "Pos" else ">="
    f, scale = parts(value, at.region.ring.zero)
    term, have = "", ">"
    for k, condition in enumerate(at.region.conditions):
        if condition.relation in (">", ">=") and not condition.polynomial.is_constant():
            f, power = divide_out(f, condition.polynomial)
            for _ in range(power):
                used[k] = None
                shown = polynomial(condition.polynomial, names)
                fact = f"(from_{STATED[condition.relation]} ({shown}) R{k} ltac:(identity))"
                if not term:
                    term, have = fact, condition.relation
                elif have == condition.relation == ">":
                    term = f"(times_pp {term} {fact})"
                else:
                    term = f"(times_nn {weaken(term, have, '>=')} {weaken(fact, condition.relation, '>=')})"
                    have = ">="
    rest = f"(_ : 0 < {bracket(fraction(quotient(f, scale), names))})"
    lemma = "pos_as" if want == ">" else "nonneg_as"
    if not term:
        return f"({lemma} 1 _ _ Rlt_0_1 {rest} _)"
    if have == ">":
        term = weaken(f"(times_pp {rest} {term})", ">", want)
    else:
        term = f"(times_nn (weak {rest}) {term})"
    return f"({lemma} 1 _ _ Rlt_0_1 {term} _)"
