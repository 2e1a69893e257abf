"""A certificate as a Coq module: definitions, lemmas, and the theorem that follows the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symtrade.kernel.arithmetic import EVIDENCE
from symtrade.kernel.certificate import (
    Certificate,
    Empty,
    Implication,
    Largest,
    Leaf,
    Node,
    Optimum,
    Split,
)
from symtrade.kernel.polynomial import Polynomial
from symtrade.kernel.region import Region
from symtrade.render.coq.chart import ChartText, chart_text, stated
from symtrade.render.coq.coordinates import Coordinates, NotExpressible
from symtrade.render.coq.evidence import Evidence
from symtrade.render.coq.lemmas import Book, Item
from symtrade.render.coq.lines import Lines
from symtrade.render.coq.names import Names
from symtrade.render.coq.program import Writer
from symtrade.render.coq.signs import FORMS, Known, bracket
from symtrade.render.coq.text import AND, OR, STATED, SYMBOLS, polynomial, sides

# what is left to show when the last condition of a region is assumed to fail
NEGATED = {
    ">": ("{r} <= {l}", "apply Rnot_lt_le; intros {h}"),
    ">=": ("{r} < {l}", "apply Rnot_le_lt; intros {h}"),
    "=": ("{l} <> {r}", "intros {h}"),
    "!=": ("{l} = {r}", "apply not_different; intros {h}"),
}
BRANCHES = (">", ">=", "=", "<=", "<")


@dataclass
class Transcription:
    """The Coq text of one certificate, in pieces that may go into several files.

    Nothing is checked here: a certificate that proves nothing gives a text that Coq refuses.  Raises
    NotExpressible where there is nothing to write down, such as a name that does not exist.
    """

    certificate: Certificate
    chart: ChartText = field(init=False)
    items: list[Item] = field(init=False)
    theorem: str = field(init=False)

    def __post_init__(self) -> None:
        claim = self.certificate.claim
        self.region: Region = claim.region
        self.names = Names()
        self.parameters = tuple(self.names.fresh(n) for n in self.region.ring.names)
        self.at = Coordinates(self.region, self.certificate.chart)
        self.chart = chart_text(self.at, self.parameters)
        self.book = Book(self.at, self.parameters)
        self.leaf_count = 0
        self.evidence: Evidence | Lines | None = None
        self.writer: Writer | None = None
        if isinstance(claim, Empty):
            self.theorem = "claim"
            self._empty()
        else:
            self.theorem = "optimum" if isinstance(claim, Optimum) else "implication"
            self._program(claim)
        self.items = self.book.items

    # --- the parameters ---------------------------------------------------------------------------

    @property
    def forall(self) -> str:
        return f"forall {' '.join(self.parameters)} : R," if self.parameters else ""

    def _hypotheses(self, goal: str) -> tuple[Known, list[str]]:
        """What is known at the root, and the steps from the theorem's premises R0, R1, ... to there."""
        known, steps = Known(self.at), []
        types: list[str] = []
        for k, image in self.at.hypotheses():
            f = self.region.conditions[k].polynomial
            name, text = f"H{len(types)}", polynomial(f, self.parameters)
            left, _ = sides(f, self.parameters)
            given = f"(from_{STATED[image.relation]} ({text}) R{k} ltac:(identity))"
            if left == "0" and image.relation in (">", ">="):  # stated as a sign
                given = f"R{k}"
            steps.append(f"  pose proof {given} as {name}.")
            types.append(FORMS[image.relation].format(bracket(text)))
            known = known.plus(known.condition(f, image.relation))
        names = [f"H{k}" for k in range(len(types))]
        if self.parameters:
            given = " ".join([*self.parameters, *(f"R{k}" for k in self.chart.premises), *names])
            claim = " -> ".join([*types, goal])
            steps.append(f"  refine (through_chart (fun {' '.join(self.parameters)} => {claim}) _ {given}).")
            steps.append(f"  clear. intros {' '.join([*self.at.names, 'X', *names])}.")
        else:
            steps.append("  pose proof chart as X.")
        return known, steps

    def _empty(self) -> None:
        known, setup = self._hypotheses("False")
        conditions = self.region.conditions
        tree = self._node(self.certificate.tree, known, (), 1)
        if not conditions:
            self.book.add(
                "\n".join(
                    [
                        f"Theorem claim : {self.forall} False.",
                        "Proof.",
                        f"  intros {' '.join(self.parameters)}.",
                        *setup,
                        *tree,
                        "Qed.",
                    ]
                )
            )
            return
        last = len(conditions) - 1
        left, _, right = stated(self.region, last, self.parameters).partition(
            f" {SYMBOLS[conditions[last].relation]} "
        )
        goal, step = NEGATED[conditions[last].relation]
        premises = "".join(f"\n  {stated(self.region, k, self.parameters)} ->" for k in range(last))
        names = " ".join([*self.parameters, *(f"R{k}" for k in range(last))])
        self.book.add(
            "\n".join(
                [
                    f"Theorem claim : {self.forall}{premises}\n  {goal.format(l=left, r=right)}.",
                    "Proof.",
                    f"  intros {names}. {step.format(h=f'R{last}')}."
                    if names
                    else f"  {step.format(h=f'R{last}')}.",
                    *setup,
                    *tree,
                    "Qed.",
                ]
            )
        )

    def _program(self, claim: Optimum | Implication) -> None:
        writer = self.writer = Writer(claim.program, self.parameters, self.names, self.book)
        conditions = [
            f"({stated(self.region, k, self.parameters)})" for k in range(len(self.region.conditions))
        ]
        self.book.add(
            f"Definition region {writer.binders} : Prop :=\n  "
            + (" /\\\n  ".join(conditions) or "True")
            + "."
        )
        writer.define()
        if isinstance(claim, Optimum):
            self.evidence = Lines(self.certificate, writer)
        else:
            self.evidence = Evidence(self.certificate, writer)
        self.evidence.define()
        known, setup = self._hypotheses(f"{self.evidence.conclusion}{writer.arguments}")
        tree = self._node(self.certificate.tree, known, (), 1)
        self.evidence.finish()
        pattern = " & ".join(f"R{k}" for k in range(len(conditions)))
        pattern = f"({pattern})" if len(conditions) > 1 else pattern or "_"
        intros = f"  intros {' '.join([*self.parameters, pattern])}."
        self.book.add(
            "\n".join(
                [
                    f"Theorem {self.theorem} : {self.forall} region{writer.arguments} ->\n"
                    f"  {self.evidence.conclusion}{writer.arguments}.",
                    "Proof.",
                    intros,
                    *setup,
                    *tree,
                    "Qed.",
                ]
            )
        )

    # --- the tree ---------------------------------------------------------------------------------

    def _node(
        self, node: Node, known: Known, path: tuple[tuple[Polynomial, str, int], ...], depth: int
    ) -> list[str]:
        """The steps of a node.  `path` has what its branches say: polynomial, relation, hypothesis."""
        pad, script = "  " * depth, []
        for fact in node.facts:
            hypothesis, call = self.book.fact(known, fact)
            script.append(f"{pad}pose proof {call} as H{len(known.hypotheses)}.")
            known = known.plus(hypothesis)
        if isinstance(node, Leaf):
            return script + self._leaf(node, known, path, pad)
        if isinstance(node, Split):
            return script + self._split(node, known, path, depth)
        return script + self._largest(node, known, path, depth)

    def _split(
        self, node: Split, known: Known, path: tuple[tuple[Polynomial, str, int], ...], depth: int
    ) -> list[str]:
        pad, number = "  " * depth, len(known.hypotheses)
        if unknown := [r for r, _ in node.branches if r not in BRANCHES]:
            raise NotExpressible(f"no relation {unknown[0]!r}")
        hypotheses = [known.condition(node.polynomial, relation) for relation, _ in node.branches]
        script = [
            f"{pad}assert (T : {OR.join(h.type for h in hypotheses)})\n"
            f"{pad}  by (cases {self.book.negation(node.polynomial)}).",
            f"{pad}{_take([f'H{number}'] * len(hypotheses))}.",
        ]
        for (relation, child), hypothesis in zip(node.branches, hypotheses, strict=True):
            f = -node.polynomial if relation in ("<", "<=") else node.polynomial
            step = (f, hypothesis.relation, number)
            script += [
                f"{pad}{{",
                *self._node(child, known.plus(hypothesis), (*path, step), depth + 1),
                f"{pad}}}",
            ]
        return script

    def _largest(
        self, node: Largest, known: Known, path: tuple[tuple[Polynomial, str, int], ...], depth: int
    ) -> list[str]:
        pad, number = "  " * depth, len(known.hypotheses)
        if not node.polynomials:
            raise NotExpressible("the largest of nothing")
        texts = [f"({polynomial(f, self.at.images)})" for f in node.polynomials]
        count = min(len(node.branches), len(texts))
        others = [[j for j in range(len(texts)) if j != k] for k in range(count)]
        cases = [AND.join(f"0 <= {texts[k]} - {texts[j]}" for j in others[k]) or "True" for k in range(count)]
        patterns = [
            "(" + " & ".join(f"G{j}" for j in js) + ")" if len(js) > 1 else f"G{js[0]}" if js else "_"
            for js in others
        ]
        script = [
            f"{pad}assert (T : {OR.join(f'({c})' for c in cases)}) by "
            f"(largest {texts[0]} [{'; '.join(texts[1:])}]).",
            f"{pad}{_take(patterns)}.",
        ]
        for k in range(count):
            here, steps, more = known, [], []
            for n, j in enumerate(others[k]):
                f = node.polynomials[k] - node.polynomials[j]
                here = here.plus(known.condition(f, ">="))
                more.append(
                    f"{pad}  pose proof (nonneg_as 1 _ ({polynomial(f, self.at.images)}) Rlt_0_1 G{j} "
                    f"ltac:(same)) as H{number + n}."
                )
                steps.append((f, ">=", number + n))
            script += [
                f"{pad}{{",
                *more,
                *self._node(node.branches[k], here, (*path, *steps), depth + 1),
                f"{pad}}}",
            ]
        return script

    def _leaf(
        self, leaf: Leaf, known: Known, path: tuple[tuple[Polynomial, str, int], ...], pad: str
    ) -> list[str]:
        number = self.leaf_count
        self.leaf_count += 1
        if unread := [
            n
            for n in ("primal", "dual", "ray", "refutation")
            if getattr(leaf, n) and n not in EVIDENCE.get(leaf.kind, {n})
        ]:
            raise NotExpressible(f"{unread[0]} has no meaning in a leaf {leaf.kind!r}")
        if leaf.kind == "empty":
            call = self.book.lemma("refuted", known, known.refute(leaf.refutation), "False")
            return [f"{pad}exfalso. exact {call}."]
        if self.evidence is None:
            raise NotExpressible(f"a leaf {leaf.kind!r} says nothing of a region")
        return [f"{pad}{self.evidence.leaf(number, leaf, known, path)}"]


def _alternatives(patterns: Sequence[str]) -> str:
    """The pattern of a disjunction."""
    if len(patterns) == 1:
        return patterns[0]
    return f"[{patterns[0]} | {_alternatives(patterns[1:])}]"


def _take(patterns: Sequence[str]) -> str:
    if len(patterns) > 1 or "&" in patterns[0]:
        return f"destruct T as {_alternatives(patterns)}"
    return f"rename T into {patterns[0]}" if patterns[0] != "_" else "clear T"
