"""The report of a release for people: pictures first, then what it means, and what nobody should do."""

from __future__ import annotations

from math import prod

from tutela.engines.synthesis import epsilon_of
from tutela.engines.synthesis.measuring import NORMAL_95
from tutela.operations.publishing import drawing, words
from tutela.operations.publishing.drawing import Bar
from tutela.operations.publishing.release import Release, errors_of, lines_of
from tutela.operations.reports import pages

_MOST_COLUMNS, _MOST_CODES, _LONGEST = 8, 6, 30
_TRUE = (10, 30, 100, 300, 1_000, 10_000)


_LEDGER = {
    "line": "Line of the ledger",
    "added lines": "Lines of the ledger",
    "noise_sha256": "Digest of the noisy numbers",
}


def page(found: Release) -> str:
    """A page that stands alone, the same bytes for the same release."""
    measured = found.measured
    far = NORMAL_95 * measured.people_error
    lead = words.LEAD.format(
        whom=found.whom,
        people=f"{max(0.0, measured.people):,.0f}",
        low=f"{max(0.0, measured.people - far):,.0f}",
        high=f"{measured.people + far:,.0f}",
    )
    return pages.page(
        title=f"Safe numbers: {found.whom}",
        style=drawing.STYLE,
        sections=[
            *([f'<p class="warning">{words.TEST}</p>'] if found.test_seed is not None else []),
            pages.paragraph(lead, kind="lead"),
            _pictures(found),
            _one_person(found),
            pages.section("What must not be done with it", pages.bullets(_not_to_do(found))),
            _how_far(found),
            _numbers(found),
            _records(found),
            pages.section("What is in which file", pages.bullets(words.WHICH)),
            pages.section("What this does not protect", pages.bullets(words.NOT_PROTECTED)),
            _budget(found),
            _settings(found),
            pages.section("Where the methods come from", pages.bullets(words.SOURCES)),
        ],
    )


def _pictures(found: Release) -> str:
    share = words.guesses(found.measured.rho)
    far = [
        (_by(size), NORMAL_95 * max(errors_of(found.measured, size)))
        for size in range(1, found.measured.order + 1)
    ]
    told = "; ".join(f"{name} plus or minus {distance:,.0f}" for name, distance in far)
    one = pages.figure(
        drawing.guesses(share, says=f"Of 100 guesses about a person, at most {share} are right; blindly 50."),
        f"One person: were they counted? Of 100 guesses at most {share} are right.",
    )
    two = pages.figure(
        drawing.distances(far, says=f"How far numbers may be off: {told}."),
        "The numbers: how far a count may be off, up or down, in 95 of 100 cases.",
    )
    return f'<div class="pictures">{one}{two}</div>'


def _by(size: int) -> str:
    return "by one column" if size == 1 else f"by {('two', 'three')[size - 2]} columns"


def _one_person(found: Release) -> str:
    share = words.guesses(found.measured.rho)
    together = words.TOGETHER.format(
        epsilon=f"{epsilon_of(rho=found.budget.spent, delta=found.delta):.2f}",
        share=words.guesses(found.budget.spent),
    )
    promise = words.PROMISE.format(
        factor=words.factor(found.epsilon),
        epsilon=f"{found.epsilon:.2f}",
        delta=words.chance(found.delta),
    )
    return pages.section(
        "What it tells about one person",
        pages.paragraph(words.ONE_PERSON.format(share=share, answer=words.which_answer(found.measured.rho))),
        pages.paragraph(promise),
        *([pages.paragraph(together)] if len(found.budget.lines) > 1 else []),
    )


def _not_to_do(found: Release) -> list[str]:
    order = ("one", "two", "three")[found.measured.order - 1]
    return [line.format(order=order) for line in words.NOT_TO_DO]


def _how_far(found: Release) -> str:
    """What a printed number means, for counts of several sizes."""
    sizes = range(1, found.measured.order + 1)
    distances = [NORMAL_95 * max(errors_of(found.measured, size)) for size in sizes]
    rows = [
        [
            f"{true:,}",
            *(_between(true, far) for far in distances),
        ]
        for true in _TRUE
    ]
    return pages.section(
        "How far a number can be off",
        pages.paragraph(words.HOW_FAR),
        pages.table(
            ["If so many were counted", *(f"In a table {_by(size)}" for size in sizes)],
            rows,
            caption="95 % intervals, of the least exact table of each kind",
            numbers=tuple(range(len(distances) + 1)),
        ),
    )


def _between(true: float, far: float) -> str:
    """What would be printed for a count, as people say it."""
    if far >= true:
        return f"0 to {true + far:,.0f}: says little"
    share = f"±\N{NO-BREAK SPACE}{far / true:.0%}" if far / true >= 0.01 else "within\N{NO-BREAK SPACE}1%"
    return f"{true - far:,.0f} to {true + far:,.0f} ({share})"


def _numbers(found: Release) -> str:
    """The largest numbers of columns with short lists."""
    bars: list[Bar] = []
    tables = sorted(found.measured.tables((1,)), key=lambda one: prod(one.values.shape) > _LONGEST)
    for table in tables[:_MOST_COLUMNS]:
        codes = found.measured.domain.columns[table.places[0]].codes
        largest = (-table.values).argsort(kind="stable")[:_MOST_CODES]
        more = len(codes) - len(largest)
        bars.append(
            Bar(
                table.names[0] + (f" (the largest {len(largest)} of {len(codes)})" if more else ""),
                is_head=True,
            )
        )
        bars += [
            Bar(
                codes[at] or "not stated",
                float(table.values[at]),
                float(table.low[at]),
                float(table.high[at]),
            )
            for at in largest.tolist()
        ]
    picture = drawing.bars(bars, says="The largest numbers of each column, with their 95 % intervals.")
    shown = (
        f"{min(len(tables), _MOST_COLUMNS)} of {len(tables)} columns"
        if len(tables) > _MOST_COLUMNS
        else "Each column"
    )
    caption = f"{shown}. The bar is the number, the line through its end the 95 % interval."
    return pages.section(
        "The numbers", pages.figure(picture, caption).replace("<figure>", '<figure class="wide">')
    )


def _records(found: Release) -> str:
    rows = [
        (_by(one.order).capitalize(), f"{one.difference:,.1f}", f"{one.error:,.1f}", f"{one.inside:.0%}")
        for one in found.agreements
    ]
    return pages.section(
        "How well the synthetic records follow the numbers",
        pages.paragraph(
            f"{len(found.records):,} invented records were made from the noisy tables alone. Their counts lie"
            " on average this far from the noisy numbers. To be closer than the standard error is of no use:"
            " they would follow the noise."
        ),
        pages.table(
            ["Tables", "Mean distance, people", "Standard error", "Inside the interval"],
            rows,
            caption="Synthetic records beside noisy tables",
            numbers=(1, 2, 3),
        ),
    )


def _budget(found: Release) -> str:
    limit = epsilon_of(rho=found.budget.limit, delta=found.delta)
    spent = epsilon_of(rho=found.budget.spent, delta=found.delta)
    return pages.section(
        "The budget of these people",
        pages.paragraph(
            f"Epsilon {spent:.2f} of {limit:.2f} is spent. Costs add up as rho and not as epsilon, so the sum"
            " of the column is more than what is spent. When the limit is reached nothing more is made of"
            " these records."
        ),
        pages.table(
            ["Day", "What", "Epsilon alone"], lines_of(found), caption="Charged so far", numbers=(2,)
        ),
    )


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _settings(found: Release) -> str:
    measured = found.measured
    random = (
        "the operating system’s generator"
        if found.test_seed is None
        else f"a test seed, {found.test_seed}: protects nobody"
    )
    rows = [
        ("Epsilon", f"{found.epsilon:.2f}"),
        ("Delta", f"{found.delta:g}"),
        ("Rho", f"{measured.rho:.6g}"),
        ("Whom it protects", found.unit),
        ("Tables of up to", f"{measured.order} columns"),
        ("Columns", ", ".join(measured.domain.names)),
        ("Codes from", found.source or "not said"),
        ("Impossible combinations", f"{len(measured.domain.forbidden)} rules"),
        ("Randomness", random),
        *((_LEDGER.get(name, name), _listed(value)) for name, value in found.ledger.items()),
    ]
    return pages.section("Settings", pages.table(["Setting", "Value"], rows, caption="How it was made"))
