"""Solutions for the terminal: the same natural forms, as plain text that SymPy can read."""

from __future__ import annotations

from flint import fmpq

from symtrade.forms.lens import lens_of
from symtrade.forms.natural import Forms
from symtrade.kernel.piecewise import CriticalRegion, PiecewiseSolution
from symtrade.kernel.signs import Signs
from symtrade.render.story import Case, cases


def text(solution: PiecewiseSolution, details: bool = True) -> str:
    """Each line of a solution: where, the value and, with `details`, an optimal point and the
    multipliers of the bound (shadow prices), zeros left out.

    Raises CertificateError where the certificate does not hold.
    """
    told = cases(solution.certificate)
    chart, ring = solution.certificate.chart, solution.program.ring
    forms = Forms(lens_of(Signs(chart), ring))
    blocks = [_piece(p, forms, told[p.piece.leaves[0]] if details else None) for p in solution.pieces]
    return "\n\n".join("\n".join(b) for b in blocks)


def _piece(piece: CriticalRegion, forms: Forms, case: Case | None) -> list[str]:
    regions = [" and ".join(str(forms.condition(c)) for c in r) for r in piece.piece.regions]
    where = "for all parameters" if "" in regions else "where " + "\n   or ".join(regions)
    value = piece.piece.value
    shown = piece.status if value is None else f"value = {forms.value(value)}"
    lines = [where, f"  {shown}"]
    if case is None:
        return lines
    point = [(v, c) for v, c in case.leaf.primal if not (isinstance(c, fmpq) and c == 0)]
    for title, pairs in (("at", point), ("direction", case.leaf.ray), ("multipliers", case.leaf.dual)):
        if pairs:
            lines.append(f"  {title}")
            lines += [f"    {name} = {case.forms.value(c)}" if title != "multipliers"
                      else f"    {name}: {case.forms.value(c)}" for name, c in pairs]
    return lines
