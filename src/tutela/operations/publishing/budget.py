"""What is left of a budget, and in words why it does not allow something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tutela.engines.synthesis import Odometer, epsilon_of, rho_of
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.language import number as written
from tutela.operations.publishing import words

if TYPE_CHECKING:
    from tutela.operations.publishing.ledger import Charge, Population


def affordable(odometer: Odometer) -> float:
    """The epsilon of one more release that takes all that is left, rounded down to hundredths."""
    whole = int(100 * epsilon_of(rho=odometer.left, delta=odometer.delta) + 1e-6)
    while whole and not odometer.can_take(rho_of(epsilon=whole / 100, delta=odometer.delta)):
        whole -= 1
    return whole / 100


def not_enough(odometer: Odometer) -> str:
    says = _("It is not enough. What is left would pay for epsilon {epsilon}.")
    return says.format(epsilon=written(affordable(odometer), decimals=2))


def refusal(population: Population, charge: Charge, odometer: Odometer, *, borne: Iterable[Charge]) -> str:
    """What was allowed, what it went to, what is left, and what to do."""
    if charge.year is None:
        says = _(
            "The privacy budget of “{population}” does not allow this: epsilon {limit} is the limit, {spent}"
            " is spent, and this would cost {wanted}."
        )
    else:
        says = _(
            "The privacy budget of “{population}” of {year} does not allow this: epsilon {limit} is the"
            " limit, {spent} is spent, and this would cost {wanted}."
        )
    lines = [
        says.format(
            population=population.name,
            year=charge.year,
            limit=written(population.epsilon, decimals=2),
            spent=written(odometer.epsilon, decimals=2),
            wanted=_epsilon(charge, population),
        ),
        *("  " + _borne(one, population) for one in borne),
    ]
    left = affordable(odometer)
    if left > 0:
        more = _("What is left would pay for one more at epsilon {epsilon}.")
        lines.append(more.format(epsilon=written(left, decimals=2)))
    lines.append(_("Use what is published already: tables and records that are out can be used without end."))
    return "\n".join(lines)


def _borne(one: Charge, population: Population) -> str:
    return _("line {line}, {day}: {what} of {year}, epsilon {epsilon}: {says}").format(
        line=written(one.number),
        day=isolated(one.at[:10]),
        what=words.what(one.what.value),
        year=words.of_year(one.year),
        epsilon=_epsilon(one, population),
        says=words.said(one.says),
    )


def _epsilon(charge: Charge, population: Population) -> str:
    return written(epsilon_of(rho=charge.rho, delta=population.delta), decimals=2)
