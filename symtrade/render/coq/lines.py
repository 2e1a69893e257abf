"""The statement of an optimum: its lines, and why each leaf agrees with every line."""

from __future__ import annotations

from collections.abc import Sequence

from symtrade.kernel.certificate import Certificate, Leaf, Overlap, Piece
from symtrade.kernel.pieces import leaf_value, literals
from symtrade.kernel.polynomial import Coefficient, Polynomial
from symtrade.kernel.region import Condition
from symtrade.render.coq.cleared import Unknowns, Value, compare, is_quotient
from symtrade.render.coq.coordinates import NotExpressible
from symtrade.render.coq.evidence import Evidence, Path, merge
from symtrade.render.coq.lemmas import Needs
from symtrade.render.coq.program import Writer, conjunction
from symtrade.render.coq.signs import Known, bracket, weaken
from symtrade.render.coq.text import AND, OR, SYMBOLS, fraction, polynomial, sides

IMPLIES = {(">", ">"), (">", ">="), (">", "!="), (">=", ">="), ("=", "="), ("=", ">="), ("!=", "!=")}


class Lines(Evidence):
    """Writes the leaves of an optimum: at each leaf every line of the statement is true."""

    conclusion = "solution"

    def __init__(self, certificate: Certificate, writer: Writer) -> None:
        super().__init__(certificate, writer)
        self.pieces = certificate.pieces
        self.owner = {number: k for k, piece in enumerate(self.pieces) for number in piece.leaves}
        self.reasons: dict[tuple[int, int, int], Overlap] = {
            (o.piece, o.region, o.leaf): o for o in certificate.overlaps
        }
        if len(self.reasons) != len(certificate.overlaps):
            raise NotExpressible("an overlap is given twice")

    # --- the statement ----------------------------------------------------------------------------

    def define(self) -> None:
        """Where each line holds, its value, and the statement that all of them are true."""
        w = self.writer
        self.denominators = w.denominators()
        for k, piece in enumerate(self.pieces):
            regions = [self._region(region, w.parameters) for region in piece.regions]
            self.book.add(
                f"Definition piece_{k} {w.binders} : Prop :=\n  "
                + (" \\/\n  ".join(regions) or "False")
                + "."
            )
            if piece.value is not None:
                self.book.add(
                    f"Definition value_{k} {w.binders} : R :=\n  {fraction(piece.value, w.parameters)}."
                )
        parts = [f"{polynomial(d, w.parameters)} <> 0" for d in self.denominators]
        parts.append(
            "(" + (OR.join(f"piece_{k}{w.arguments}" for k in range(len(self.pieces))) or "False") + ")"
        )
        for k, piece in enumerate(self.pieces):
            truth = self._status(k, piece)
            if (d := _denominator(piece.value)) is not None:
                truth = f"{polynomial(d, w.parameters)} <> 0 /\\ {truth}"
            parts.append(f"(piece_{k}{w.arguments} -> {truth})")
        self.book.add(f"Definition solution {w.binders} : Prop :=\n  " + " /\\\n  ".join(parts) + ".")

    def _region(self, region: Sequence[Condition], names: Sequence[str]) -> str:
        shown = []
        for c in region:
            left, right = sides(c.polynomial, names)
            shown.append(f"{left} {SYMBOLS[c.relation]} {right}")
        return "(" + AND.join(shown) + ")" if shown else "True"

    def _status(self, k: int, piece: Piece) -> str:
        w = self.writer
        up = w.program.sense == "max"
        f, o = f"(feasible{w.arguments})", f"(objective{w.arguments})"
        if piece.status == "optimal" and piece.value is not None:
            return f"{'maximum' if up else 'minimum'} {f} {o} (value_{k}{w.arguments})"
        if piece.status == "infeasible":
            return f"infeasible {f}"
        if piece.status == "unbounded":
            return f"unbounded_{'above' if up else 'below'} {f} {o}"
        raise NotExpressible(f"a line that is {piece.status!r}, value {piece.value}")

    def finish(self) -> None:
        """Every reason was used."""
        for k, r, number in self.reasons:
            if k < len(self.pieces) and r < len(self.pieces[k].regions):
                raise NotExpressible(f"region {r} of piece {k} against leaf {number} needs no reason")

    # --- a leaf -----------------------------------------------------------------------------------

    def leaf(self, number: int, leaf: Leaf, known: Known, path: Path) -> str:
        """Lemma leaf_N_solution: where the leaf's hypotheses hold, the statement is true."""
        name, needs = f"leaf_{number}", self.needs(known)
        owner = self.owner.get(number)
        defined = self.defined(name, needs)
        f, o, up = self.at_node("feasible"), self.at_node("objective"), self.writer.program.sense == "max"
        if leaf.kind == "optimal":
            evidence = self.optimal(name, leaf, needs)
            best = (
                f"({self.at_node('objective')[1:-1]} {self.at_node(name)})"
                if self.book.at.images
                else f"(objective {name})"
            )
            status = f"{'maximum' if up else 'minimum'} {f} {o} {best}"
        elif leaf.kind == "infeasible":
            here = needs.fresh()
            self.infeasible(name, leaf, here)
            evidence = here.applied(f"{name}_infeasible")
            status = f"infeasible {f}"
        elif leaf.kind == "unbounded":
            evidence = self.unbounded(name, leaf, needs)
            status = f"unbounded_{'above' if up else 'below'} {f} {o}"
        else:
            raise NotExpressible(f"a leaf {leaf.kind!r} says nothing of an optimum")
        parts = [f"exact {d}." for d in defined] + [self._cover(owner, known, path)]
        for k, piece in enumerate(self.pieces):
            if k == owner:
                parts.append(f"intros _. exact {self._own(k, piece, leaf, number, needs)}.")
            else:
                parts.append(self._other(k, piece, leaf, number, known, path))
        hypotheses = "".join(f"\n  {h.type} ->" for h in known.hypotheses)
        names = " ".join([*self.book.at.names, "X", *(f"H{k}" for k in range(len(known.hypotheses)))])
        self.book.add(
            "\n".join(
                [
                    f"Lemma {name}_solution : {self.book.binder}{hypotheses}\n  {self.at_node('solution')}.",
                    "Proof.",
                    f"  intros {names}.",
                    f"  assert (T : {status})\n    by exact {evidence}.",
                    *[f"  split. {{ {part} }}" for part in parts[:-1]],
                    f"  {parts[-1]}",
                    "Qed.",
                ]
            )
        )
        return f"exact ({name}_solution {names})."

    def _own(self, k: int, piece: Piece, leaf: Leaf, number: int, needs: Needs) -> str:
        """The leaf's own line."""
        if leaf.kind != "optimal" or piece.value is None:
            return "T"
        here = needs.fresh()
        return self._valued(f"leaf_{number}_value_{k}", k, piece.value, leaf, number, here)

    def _valued(self, lemma: str, k: int, value: Coefficient, leaf: Leaf, number: int, needs: Needs) -> str:
        """A line with a value, from T: its denominator does not vanish, and it is the leaf's value."""
        w, objective = self.writer, self.writer.program.objective
        unknowns = Unknowns().collect([value, *(c for _, c in leaf.primal)])
        seen, _ = w.applied(objective.coefficients, dict(leaf.primal), unknowns)
        seen.add((objective.constant,))
        difference = merge(Value(w.program.ring, unknowns).add((), (value,)), seen, -1)
        reduced = value - leaf_value(self.certificate, leaf)
        proof = f"(equal {compare(difference, reduced, '=', needs)})"
        special = f"value_{k}{w.arguments} = objective{w.arguments} (leaf_{number}{w.arguments})"
        general = (
            f"{unknowns.text(value, w.parameters)} = "
            f"objective{w.arguments} {w.point_text(leaf.primal, unknowns)}"
        )
        tactic = "moved" if unknowns.values else f"cbv [value_{k}]; at_leaf_{number}"
        w.state(lemma, unknowns, needs, general, special, f"  refine {proof}; {tactic}.")
        d = _denominator(value)
        nonzero = "" if d is None else self.nonzero(f"{lemma}_defined", d, needs.fresh())
        call = needs.applied(lemma)
        rule = "maximum_as" if w.program.sense == "max" else "minimum_as"
        if d is None:
            return f"({rule} T {call})"
        return f"(conj {nonzero} ({rule} T {call}))"

    # --- the cover --------------------------------------------------------------------------------

    def _cover(self, owner: int | None, known: Known, path: Path) -> str:
        """Some line's region holds: that of the leaf's own line."""
        if owner is None:
            return ""
        piece, trials = self.pieces[owner], []
        for region in piece.regions:
            proofs = [self._condition(c, known, path) for c in region]
            trials.append((region, proofs))
        good = next((n for n, (_, proofs) in enumerate(trials) if None not in proofs), 0)
        if not trials:
            return ""
        region, proofs = trials[good]
        terms = []
        for c, proof in zip(region, proofs, strict=True):
            terms.append(
                self.book.stated(c, proof or "T", back=True)
            )  # T where it is not known: Coq refuses it
        term = conjunction(terms) if terms else "I"
        return f"exact {_injection(_injection(term, good, len(trials)), owner, len(self.pieces))}."

    def _condition(self, c: Condition, known: Known, path: Path) -> str | None:
        """A proof of ``polynomial relation 0``: from the branches, or as a known sign."""
        f, text = c.polynomial, self._text(c.polynomial)
        for g, relation, number in path:
            if g == f and (relation, c.relation) in IMPLIES:
                return weaken(f"H{number}", relation, c.relation)
            if g == -f and relation == "=":
                return weaken(f"(opposite {text} {self._text(g)} H{number} ltac:(same))", "=", c.relation)
            if g == -f and c.relation == "!=" and relation == ">":
                return f"(nonzero_minus {text} {self._text(g)} (nonzero H{number}) ltac:(same))"
        if c.relation == "=" and (found := self._meet(f, [(g, r, k) for g, r, k in path])) is not None:
            return found
        decided = known.decide(known.at.of_parameters(f, text).image)
        if decided is None:
            return None
        sign = self.book.sign(known, f, c.relation)
        if not sign.flip and (sign.relation, c.relation) in IMPLIES:
            return weaken(sign.call, sign.relation, c.relation)
        if sign.flip and c.relation == "!=" and sign.relation in (">", "!="):
            proof = weaken(sign.call, sign.relation, "!=")
            return f"(nonzero_minus {text} {self._text(-f)} {proof} ltac:(same))"
        return None

    def _meet(self, f: Polynomial, steps: Sequence[tuple[Polynomial, str, int]]) -> str | None:
        """f = 0 where the steps say so."""
        for g, relation, number in steps:
            if relation == "=" and g in (f, -f):
                if g == f:
                    return f"H{number}"
                return f"(opposite {self._text(f)} {self._text(g)} H{number} ltac:(same))"
        up = next((k for g, r, k in steps if g == f and r == ">="), None)
        down = next((k for g, r, k in steps if g == -f and r == ">="), None)
        if up is None or down is None:
            return None
        return f"(meet {self._text(f)} {self._text(-f)} H{up} H{down} ltac:(same))"

    def _text(self, f: Polynomial) -> str:
        return bracket(polynomial(f, self.book.at.images))

    # --- other lines ------------------------------------------------------------------------------

    def _other(self, k: int, piece: Piece, leaf: Leaf, number: int, known: Known, path: Path) -> str:
        """Another line: where its region meets the leaf, it says the same or they never meet."""
        if not piece.regions:
            return "intros []."
        patterns, bodies = [], []
        for r, region in enumerate(piece.regions):
            names = [f"P{n}" for n in range(len(region))]
            patterns.append("(" + " & ".join(names) + ")" if len(names) > 1 else names[0] if names else "_")
            bodies.append(self._meeting(k, r, piece, leaf, number, known, path))
        pattern = patterns[0] if len(patterns) == 1 else _alternatives(patterns)
        body = bodies[0] if len(bodies) == 1 else " ".join(f"{{ {b} }}" for b in bodies)
        if pattern[0] not in "[(":
            return (
                f"intros {pattern}. {body}"
                if pattern == "_"
                else f"intros P0. unfold piece_{k} in P0. {body}"
            )
        return f"intros P. unfold piece_{k} in P. destruct P as {pattern}. {body}"

    def _meeting(
        self, k: int, r: int, piece: Piece, leaf: Leaf, number: int, known: Known, path: Path
    ) -> str:
        region, script = piece.regions[r], []
        steps = list(path)
        for n, c in enumerate(region):
            position = len(known.hypotheses)
            script.append(f"pose proof {self.book.stated(c, f'P{n}')} as H{position}.")
            known = known.plus(known.condition(c.polynomial, c.relation))
            steps.append((c.polynomial, c.relation, position))
        both = literals([*((g, rel) for g, rel, _ in path), *((c.polynomial, c.relation) for c in region)])
        if any(not signs for _, signs in both.values()):
            return " ".join([*script, f"destruct {self._apart(steps)}."])
        for f, signs in both.values():
            if signs == {"0"}:
                proof = self._meet(f, steps) or "T"
                script.append(f"pose proof {proof} as H{len(known.hypotheses)}.")
                known = known.plus(known.condition(f, "="))
        reason = self.reasons.pop((k, r, number), None)
        if reason is not None:
            for fact in reason.facts:
                hypothesis, call = self.book.fact(known, fact)
                script.append(f"pose proof {call} as H{len(known.hypotheses)}.")
                known = known.plus(hypothesis)
            if reason.refutation:
                call = self.book.lemma("refuted", known, known.refute(reason.refutation), "False")
                return " ".join([*script, f"destruct {call}."])
        if piece.value is None or leaf.kind != "optimal":
            return " ".join([*script, "exact T."])
        needs = self.needs(known)
        term = self._valued(f"leaf_{number}_value_{k}_{r}", k, piece.value, leaf, number, needs)
        return " ".join([*script, f"exact {term}."])

    def _apart(self, steps: Sequence[tuple[Polynomial, str, int]]) -> str:
        """A proof of False from conditions on one polynomial that exclude each other."""
        for f, one, i in steps:
            for g, two, j in steps:
                if g == -f and one == ">" and two in (">", ">="):
                    rule = "apart_pp" if two == ">" else "apart_pn"
                    return f"({rule} {self._text(f)} {self._text(g)} H{i} H{j} ltac:(same))"
                if two == "=" and one in (">", "!=") and g in (f, -f):
                    rule, sign = ("apart_pz" if one == ">" else "apart_ze"), "1" if g == f else "(- 1)"
                    return f"({rule} {sign} {self._text(f)} {self._text(g)} H{i} H{j} ltac:(same))"
        for f, one, i in steps:
            if one == "!=" and (zero := self._meet(f, steps)) is not None:
                return f"(H{i} {zero})"
        return "T"  # they do not exclude each other: Coq refuses it


def _denominator(value: Coefficient | None) -> Polynomial | None:
    """The denominator of a value, unless it is a number."""
    return value.den if value is not None and is_quotient(value) else None


def _injection(term: str, k: int, count: int) -> str:
    """The proof of a disjunction from that of its k-th alternative."""
    if count == 1:
        return term
    if k == 0:
        return f"(or_introl {term})"
    return f"(or_intror {_injection(term, k - 1, count - 1)})"


def _alternatives(patterns: Sequence[str]) -> str:
    if len(patterns) == 1:
        return patterns[0]
    return f"[{patterns[0]} | {_alternatives(patterns[1:])}]"
