"""What may leave: whole people, and no count so small that it could point to one."""

from __future__ import annotations

from dataclasses import dataclass

from tutela.engines.prevalence import Answer, Breakdown, Interval, Part, Table, notation, shown
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated
from tutela.operations.language import number as written


@dataclass(frozen=True, slots=True)
class PartShown:
    """A part as it may be printed: the number observed is None where it, or another by it, would be small."""

    part: Part
    observed: int | None

    @property
    def detected_rate(self) -> float | None:
        """Detected per 100,000, unless that would tell the number."""
        return self.part.detected_rate if self.observed is not None else None


def parts(breakdown: Breakdown, *, least: int) -> list[PartShown]:
    """Holds back small numbers, and where that is one alone the next smallest too: the sum is known."""
    numbers: dict[str, int | None] = {
        part.name: shown(part.observed, smallest=least) for part in breakdown.parts
    }
    if list(numbers.values()).count(None) == 1 and len(numbers) > 1:
        rest = [part for part in breakdown.parts if numbers[part.name] is not None]
        numbers[min(rest, key=lambda part: part.observed).name] = None
    return [PartShown(part, numbers[part.name]) for part in breakdown.parts]


def people(number: float | None) -> int | None:
    """Whole people."""
    return None if number is None or number != number or number == float("inf") else round(number)


def words(number: float | None) -> str:
    """Whole people with thousands apart, or a dash."""
    whole = people(number)
    return "–" if whole is None else written(whole)


def span(interval: Interval | None) -> str:
    """From to, in one word that no line breaks; an interval may have no end."""
    if interval is None:
        return "–"
    if interval.high == float("inf"):
        return _("{count} or more").format(count=words(interval.low))
    return isolated(f"{words(interval.low)}–{words(interval.high)}")


def interval(answer: Answer, level: float) -> Interval | None:
    """The one of this level, where there is one."""
    return next((one for one in answer.intervals if one.level == level), None)


def interactions(answer: Answer, table: Table) -> str:
    """The dependences of a model; those without anybody in common are marked."""
    names = map(isolated, notation(answer.interactions, table.lists))
    return in_a_row(
        [
            _("{lists} (nobody in common)").format(lists=name) if term in answer.minus_infinity else name
            for name, term in zip(names, answer.interactions, strict=True)
        ]
    )
