"""From the leaves of a tree to a statement: join leaves of equal value, drop idle conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

from symtrade.kernel.arithmetic import collect
from symtrade.kernel.certificate import Certificate, CertificateError, Fact, Leaf, Node, Overlap, Piece, Split
from symtrade.kernel.charts import Charts
from symtrade.kernel.pieces import check_line, check_pieces, leaf_value, literals, overlap_hypotheses
from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    RationalFunction,
    evaluate,
    evaluate_fraction,
    quotient,
)
from symtrade.kernel.region import Condition
from symtrade.kernel.signs import Signs
from symtrade.solve.conjunction import one_line, separating
from symtrade.solve.errors import Incomplete
from symtrade.solve.lemmas import Notebook
from symtrade.solve.positivity import refute
from symtrade.solve.sampling import Point, search_points, to_parameters

Step = tuple[Polynomial, str]
Line = tuple[Condition, ...]
CHEAP = (0, 1)  # an attempt to shorten a statement is not worth the dearest proofs
PROOFS = 150  # that are tried before the plainer statement is good enough
GUESSES = 8  # short statements that are tried, each with the points against the one before


def with_statement(certificate: Certificate, points: Sequence[Point], charts: Charts | None = None,
                   progress: Callable[[str], None] | None = None) -> Certificate:
    """The certificate with its pieces: as few lines, with as few conditions, as could be proved.

    `points` of the region (its parameters) sort out most false attempts at once; `charts` are those
    that the run has met.  Where `progress` raises Incomplete, the statement stays as long as it is.
    """
    found = collect(certificate, charts)
    groups: dict[tuple[str, str], list[int]] = {}
    for number, (leaf, _, _) in enumerate(found):
        if leaf.kind != "empty":
            value = leaf_value(certificate, leaf) if leaf.kind == "optimal" else None
            groups.setdefault((leaf.kind, str(value)), []).append(number)
    pieces = []
    for numbers in groups.values():
        leaf = found[numbers[0]][0]
        value = leaf_value(certificate, leaf) if leaf.kind == "optimal" else None
        regions = tuple(_conditions(found[n][2]) for n in numbers)
        pieces.append(Piece(leaf.kind, value, tuple(dict.fromkeys(regions)), tuple(numbers)))
    statement = replace(certificate, pieces=tuple(pieces))
    justified = _justify(statement, found, points)
    if justified is None:
        firm = _strict(certificate.tree)
        if firm == certificate.tree:
            raise CertificateError("no statement of the leaves could be justified")
        return with_statement(replace(certificate, tree=firm), points, charts, progress)
    statement, effort = justified, _Effort(progress)
    values = [_outcome(certificate, point) for point in points]
    for k, piece in enumerate(pieces):
        agree = [v == _piece_outcome(piece, p) for p, v in zip(points, values, strict=True)]
        elsewhere = [p for p, same in zip(points, agree, strict=True) if not same]
        if len(piece.regions) > 1:
            here = [p for p, same in zip(points, agree, strict=True) if same]
            books = {n: Notebook(found[n][1]) for n in piece.leaves}
            short = True
            for _ in range(GUESSES):
                seen, draft = len(elsewhere), one_line(statement, books, k, here, elsewhere, short)
                if draft is None:
                    break
                again = collect(draft, charts)
                change = _Change(k, draft.pieces[k].regions, elsewhere, effort, piece.leaves)
                if (better := _justify(draft, again, points, CHEAP, change)) is not None:
                    statement, found = better, again
                if better is not None or not short:
                    break
                short = len(elsewhere) > seen
        statement = _simplify(statement, found, k, elsewhere, points, effort)
    return statement


def _strict(node: Node) -> Node:
    """The same tree with branches that do not overlap: then no two lines can disagree."""
    if isinstance(node, Split):
        relations = {relation for relation, _ in node.branches}
        firm = {"<=": "<"} if relations == {">=", "<="} else {}
        return replace(node, branches=tuple((firm.get(r, r), _strict(child)) for r, child in node.branches))
    return node


def _outcome(certificate: Certificate, point: Point) -> Any:
    """What the tree says at a point: its status, or the value."""
    solution = PiecewiseSolution(certificate)
    leaf, where = solution.leaf_at(dict(zip(solution.program.ring.names, point, strict=True)))
    return leaf.kind if leaf.kind != "optimal" else evaluate_fraction(leaf_value(certificate, leaf), where)


def _piece_outcome(piece: Piece, point: Point) -> Any:
    if piece.status != "optimal":
        return piece.status
    try:
        return evaluate_fraction(piece.value, point)
    except ZeroDivisionError:
        return None


def _conditions(path: Sequence[Step]) -> Line:
    """A path as conditions, one a polynomial, each as weak as the path allows."""
    result = []
    names = {frozenset("+"): ">", frozenset("+0"): ">=", frozenset("0"): "=", frozenset("+-"): "!="}
    for f, signs in literals(path).values():
        if signs in names:
            result.append(Condition(f, names[signs]))
        else:
            flipped = frozenset(str.translate("".join(signs), str.maketrans("+-", "-+")))
            result.append(Condition(-f, names[flipped]))
    return tuple(result)


@dataclass
class _Effort:
    """How many proofs may still be tried to shorten a statement; none once `progress` gives up."""

    progress: Callable[[str], None] | None = None
    left: int = PROOFS

    def spend(self) -> None:
        self.left -= 1
        try:
            if self.progress is not None:
                self.progress("proved; shortening the statement")
        except Incomplete:
            self.left = 0


@dataclass(frozen=True)
class _Change:
    """New regions of one piece; `against` collects points at which they turn out to be wrong, and
    `leaves` are those in which more is known than before."""

    piece: int
    regions: tuple[Line, ...]
    against: list[Point]
    effort: _Effort
    leaves: tuple[int, ...] = ()


def _simplify(statement: Certificate, found: Sequence[Any], k: int, elsewhere: Sequence[Point],
              points: Sequence[Point], effort: _Effort) -> Certificate:
    """Drop or relax conditions of piece k while the statement can still be justified, and some
    `effort` is left.

    `elsewhere` are points at which piece k would be false.
    """
    against, failed = list(elsewhere), list[frozenset[Line]]()

    def attempt(trial: tuple[Line, ...]) -> bool:
        nonlocal statement
        if any(all(c.holds(p) for c in line) for line in trial for p in against):
            return False
        new = frozenset(line for line in trial if line not in statement.pieces[k].regions)
        if effort.left <= 0 or any(_wider(new, other) for other in failed):
            return False
        better = _justify(statement, found, points, CHEAP, _Change(k, trial, against, effort))
        if better is None:
            failed.append(new)
            return False
        statement = better
        return True

    for _ in range(GUESSES):
        seen, guess = len(against), _fewest(statement.pieces[k].regions, against)
        if guess == statement.pieces[k].regions or attempt(guess) or len(against) == seen:
            break
    while any(attempt(trial) for trial in _weaker(statement.pieces[k].regions)):
        pass
    return statement


def _wider(new: frozenset[Line], failed: frozenset[Line]) -> bool:
    """Whether lines that could not be justified leave no hope for others: they lie within them."""
    return bool(failed) and all(any(set(wide) <= set(line) for wide in new) for line in failed)


def _fewest(regions: tuple[Line, ...], against: Sequence[Point]) -> tuple[Line, ...]:
    """A guess at a short statement: the conditions that the points call for, line by line."""
    short = [separating(region, against) for region in regions]
    return tuple(dict.fromkeys(region if line is None or len(line) == len(region) else tuple(line)
                               for region, line in zip(regions, short, strict=True)))


def _weaker(regions: tuple[Line, ...]) -> list[tuple[Line, ...]]:
    trials: list[tuple[Line, ...]] = []
    if len(regions) > 1:
        trials += [regions[:r] + regions[r + 1 :] for r in range(len(regions))]
    for r, region in enumerate(regions):
        for c, condition in enumerate(region):
            less = region[:c] + region[c + 1 :]
            others = [o for i, o in enumerate(regions) if i != r and not set(less) <= set(o)]
            trials.append((*others, less))
            if condition.relation == ">":
                closed = (*region[:c], Condition(condition.polynomial, ">="), *region[c + 1 :])
                trials.append((*regions[:r], closed, *regions[r + 1 :]))
    return trials


def _justify(statement: Certificate, found: Sequence[tuple[Leaf, Signs, tuple[Step, ...]]],
             points: Sequence[Point], levels: Sequence[int] = (0, 1, 2), change: _Change | None = None
             ) -> Certificate | None:
    """The statement with the overlaps that the kernel asks for; None where one cannot be proved.

    With `change` in a statement that has been justified, all other reasons are kept.
    """
    overlaps: list[Overlap] = []
    reasons: dict[tuple[Line, int], Overlap] = {}
    before: tuple[Line, ...] = ()
    if change is not None:
        before = () if change.leaves else statement.pieces[change.piece].regions
        overlaps = [o for o in statement.overlaps if o.piece != change.piece and o.leaf not in change.leaves]
        reasons = {(before[o.region], o.leaf): o for o in statement.overlaps
                   if before and o.piece == change.piece}
        pieces = list(statement.pieces)
        pieces[change.piece] = replace(pieces[change.piece], regions=change.regions)
        statement = replace(statement, pieces=tuple(pieces))
    owner = {n: k for k, piece in enumerate(statement.pieces) for n in piece.leaves}
    for number, (_, known, path) in enumerate(found):
        for k, piece in enumerate(statement.pieces):
            if owner.get(number, k) == k:
                continue
            if change is not None and change.piece != k and number not in change.leaves:
                continue
            other = statement.pieces[owner[number]]
            for r, region in enumerate(piece.regions):
                if region in before:
                    if (reason := reasons.get((region, number))) is not None:
                        overlaps.append(replace(reason, region=r))
                    continue
                here = overlap_hypotheses(region, known, path)
                if here is None:
                    continue
                if _agree(piece, other, here):
                    continue
                guess = partial(_guess, points=[p for p in points if all(c.holds(p) for c in region)])
                lent = [fact for n in piece.leaves for fact in _borrowed(*found[n][:2], here)]
                clash = _clash(piece, other, here)
                if clash is not None:
                    if change is not None:
                        change.against.append(clash)
                    return None
                if change is not None:
                    change.effort.spend()
                reason = _reason(piece, other, here, guess, lent, levels)
                if reason is None:
                    return None
                overlaps.append(replace(reason, piece=k, region=r, leaf=number))
    if change is not None and change.leaves:
        overlaps.sort(key=lambda o: (o.leaf, o.piece, o.region))
    result = replace(statement, overlaps=tuple(overlaps))
    try:
        if change is not None:
            piece = result.pieces[change.piece]
            for number in piece.leaves:
                check_line(result, piece, *found[number], "")
            return result
        check_pieces(result, found)
    except CertificateError:
        return None
    return result


def _agree(piece: Piece, other: Piece, here: Signs) -> bool:
    if piece.status != other.status:
        return False
    if piece.status != "optimal":
        return True
    dens = [v.den for v in (piece.value, other.value) if isinstance(v, RationalFunction)]
    difference: Any = piece.value - other.value  # type: ignore[operator]
    return all(here.sign(d) in (">", "<", "!=") for d in dens) and here.allows(difference, ("=",))


def _guess(f: Polynomial, points: Sequence[Point]) -> tuple[int, ...]:
    """The signs of a polynomial that are worth trying, from points of the region."""
    values = [evaluate(f, p) for p in points]
    if values and all(v >= 0 for v in values):
        return (1,)
    return (-1,) if values and all(v <= 0 for v in values) else (1, -1)


def _borrowed(leaf: Leaf, known: Signs, here: Signs) -> list[Fact]:
    """Facts of a leaf whose hypotheses hold here too, with the goal where a notebook wants it."""
    base = len(known.hypotheses) - len(leaf.facts)
    place = {str(h): k for k, h in enumerate(here.hypotheses)}
    moved = {k: place.get(str(h)) for k, h in enumerate(known.hypotheses[:base])}
    result = []
    for number, fact in enumerate(leaf.facts):
        spots = {**moved, base + number: len(here.hypotheses)}
        uses = {k for refutation in fact.because for term in refutation for k in term.uses}
        if all(spots.get(k) is not None for k in uses):
            because = tuple(
                tuple(replace(term, uses=tuple(int(spots[k] or 0) for k in term.uses)) for term in refutation)
                for refutation in fact.because)
            result.append(Fact(fact.condition, because))
    return result


def _clash(piece: Piece, other: Piece, here: Signs) -> Point | None:
    """A point, if one is soon found, at which both lines hold and do not say the same."""
    for point in search_points(here, 3, Random(0), 40):
        parameters = to_parameters(here, point)
        one, two = _piece_outcome(piece, parameters), _piece_outcome(other, parameters)
        if one is None or two is None or one != two:
            return parameters
    return None


def _reason(piece: Piece, other: Piece, here: Signs,
            guess: Callable[[Polynomial], tuple[int, ...]], lent: list[Fact],
            levels: Sequence[int]) -> Overlap | None:
    """A contradiction, or a proof that the values agree wherever both lines hold."""
    ties = any(h.relation == "=" for h in here.hypotheses)
    if not ties and (refutation := refute(here, 1, any_goal=True)) is not None:
        return Overlap(0, 0, 0, refutation=refutation)
    facts = _agreement(piece, other, here, guess, lent, levels)
    if facts is not None:
        return Overlap(0, 0, 0, facts=facts)
    if ties and (refutation := refute(here, 1, any_goal=True)) is not None:
        return Overlap(0, 0, 0, refutation=refutation)
    return None


def _agreement(piece: Piece, other: Piece, here: Signs,
               guess: Callable[[Polynomial], tuple[int, ...]], lent: list[Fact],
               levels: Sequence[int]) -> tuple[Fact, ...] | None:
    """Facts from which the values of both pieces are defined and equal."""
    if piece.status != "optimal" or other.status != "optimal":
        return None
    book = Notebook(here, lent)
    needs: list[tuple[Coefficient, tuple[str, ...]]] = [
        (quotient(v.den, v.den.context().constant(1)), (">", "<", "!="))
        for v in (piece.value, other.value) if isinstance(v, RationalFunction)]
    difference: Any = piece.value - other.value  # type: ignore[operator]
    needs.append((difference, ("=",)))
    for value, signs in needs:
        if not book.signs.allows(value, signs) and not book.establish(value, signs, guess, levels):
            return None
    return book.facts(needs)
