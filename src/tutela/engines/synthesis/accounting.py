"""Counts what releases about the same people cost together: zero-concentrated differential privacy.

A mechanism that is rho-zCDP (Bun and Steinke 2016) limits what a release can tell about one person. The rhos
of several releases about the same people add up; those of releases about different people do not. Epsilon
and delta are for display and are worked out once, from the sum: Canonne, Kamath and Steinke (2020),
proposition 12,

    delta = inf over alpha > 1 of exp((alpha − 1)(alpha rho − epsilon)) / (alpha − 1) · (1 − 1 / alpha) ^
    alpha.

Any alpha gives a true bound, so an alpha that is not quite the best never promises too much. All results are
rounded to the safe side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import exp, inf, isfinite, log, log1p, nextafter

from scipy.optimize import minimize_scalar

DELTA = 1e-9
"""What a release takes if nothing else is said: far under one in the number of people in any such file."""
_SAFE = 1e-12
"""Relative room for the rounding of logarithms, which is a thousand times smaller."""


class BudgetSpent(Exception):
    """A release would cost more than is left; the message says what is left, as rho."""


def epsilon_of(*, rho: float, delta: float = DELTA) -> float:
    """The epsilon of a rho-zCDP mechanism at this delta, rounded up. Raises ValueError."""
    _check(delta, rho=rho)
    if rho == 0:
        return 0.0

    def bound(log_excess: float) -> float:
        excess = exp(log_excess)  # alpha − 1
        alpha = 1 + excess
        return alpha * rho + (-log(delta) + excess * (log_excess - log1p(excess)) - log1p(excess)) / excess

    found = minimize_scalar(bound, bounds=(-30.0, 30.0), method="bounded", options={"xatol": 1e-10})
    return max(0.0, bound(float(found.x)) * (1 + _SAFE))


def rho_of(*, epsilon: float, delta: float = DELTA) -> float:
    """The largest rho whose epsilon at this delta is not above `epsilon`, rounded down. Raises ValueError."""
    _check(delta, epsilon=epsilon)
    low, high = 0.0, max(1.0, epsilon)
    while high - low > _SAFE * high:
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if epsilon_of(rho=middle, delta=delta) <= epsilon else (low, middle)
    return low


def compose(rhos: Iterable[float]) -> float:
    """What releases about the same people cost together: their exact sum, rounded up."""
    total = sum((Fraction(rho) for rho in rhos), Fraction(0))
    nearest = float(total)
    return nearest if Fraction(nearest) >= total else nextafter(nearest, inf)


@dataclass(frozen=True, slots=True)
class Odometer:
    """What has been spent on one group of people, of a limit that was set before. All costs are rhos."""

    limit: float
    spent: tuple[float, ...] = ()
    delta: float = DELTA

    @property
    def total(self) -> float:
        """Spent so far, rounded up."""
        return compose(self.spent)

    @property
    def left(self) -> float:
        """What may still be spent, rounded down."""
        rest = Fraction(self.limit) - sum((Fraction(rho) for rho in self.spent), Fraction(0))
        nearest = float(rest)
        return max(0.0, nearest if Fraction(nearest) <= rest else nextafter(nearest, -inf))

    @property
    def epsilon(self) -> float:
        """What has been spent, as the epsilon at `delta` of everything together."""
        return epsilon_of(rho=self.total, delta=self.delta)

    def can_take(self, rho: float) -> bool:
        """Whether a release of this cost stays within the limit."""
        return Fraction(rho) + sum((Fraction(one) for one in self.spent), Fraction(0)) <= Fraction(self.limit)

    def charged(self, rho: float) -> Odometer:
        """After a release of this cost. Raises BudgetSpent and ValueError."""
        _check(self.delta, rho=rho)
        if not self.can_take(rho):
            raise BudgetSpent(
                f"This costs rho {rho:.6g}, and only {self.left:.6g} of {self.limit:.6g} is left."
            )
        return replace(self, spent=(*self.spent, rho))


def _check(delta: float, **costs: float) -> None:
    if not 0 < delta < 1:
        raise ValueError("Delta must lie between 0 and 1.")
    for name, cost in costs.items():
        if not (isfinite(cost) and cost >= 0):
            raise ValueError(f"{name.capitalize()} must be a number that is not negative.")
