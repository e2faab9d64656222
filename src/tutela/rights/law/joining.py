"""From which day a treaty binds a state that joins it, by the treaty's own article."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """How long after its deposit a state is bound: days, or months, or the first of the month after these.

    Nobody can have joined before the treaty was `adopted`. `article` is where the treaty says so.
    """

    adopted: date
    article: str
    days: int = 0
    months: int = 0
    from_month_start: bool = False

    def binds_from(self, deposited: date, *, in_force: date | None) -> date:
        """The first day; never earlier than that on which the treaty itself came into force."""
        day = _months_later(deposited, self.months) + timedelta(days=self.days)
        if self.from_month_start:
            day = _months_later(day, 1).replace(day=1)
        return max(day, in_force) if in_force else day


def _months_later(day: date, months: int) -> date:
    """The same day some months later, or the last day of a month that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _ilo(adopted: date, article: str) -> Joining:
    return Joining(adopted=adopted, article=article, months=12)


JOINING: Final[Mapping[str, Joining]] = {
    "palermo-protocol-2000": Joining(adopted=date(2000, 11, 15), article="art. 17(2)", days=30),
    "untoc-2000": Joining(adopted=date(2000, 11, 15), article="art. 38(2)", days=30),
    "crc-1989": Joining(adopted=date(1989, 11, 20), article="art. 49(2)", days=30),
    "crc-opsc-2000": Joining(adopted=date(2000, 5, 25), article="art. 14(2)", months=1),
    "cedaw-1979": Joining(adopted=date(1979, 12, 18), article="art. 27(2)", days=30),
    "icrmw-1990": Joining(adopted=date(1990, 12, 18), article="art. 87(2)", months=3, from_month_start=True),
    "slavery-convention-1956": Joining(adopted=date(1956, 9, 7), article="art. 13(2)"),
    "cets-197": Joining(adopted=date(2005, 5, 16), article="art. 42(4)", months=3, from_month_start=True),
    "cets-201": Joining(adopted=date(2007, 10, 25), article="art. 45(4)", months=3, from_month_start=True),
    "echr-1950": Joining(adopted=date(1950, 11, 4), article="art. 59(4)"),
    "ilo-c029-1930": _ilo(date(1930, 6, 28), "art. 28(3)"),
    "ilo-c181-1997": _ilo(date(1997, 6, 19), "art. 18(3)"),
    "ilo-c182-1999": _ilo(date(1999, 6, 17), "art. 10(3)"),
    "ilo-c189-2011": _ilo(date(2011, 6, 16), "art. 21(3)"),
    "ilo-p029-2014": _ilo(date(2014, 6, 11), "art. 8(2)"),
    "inter-american-minors-1994": Joining(adopted=date(1994, 3, 18), article="art. 33", days=30),
}
"""By instrument. For one that is missing here, a list must give the first day itself."""
