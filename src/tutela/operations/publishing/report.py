"""The report of a release for people: pictures first, then what it means, and what nobody should do."""

from __future__ import annotations

from math import prod

from tutela.engines.synthesis import epsilon_of
from tutela.engines.synthesis.measuring import NORMAL_95
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, in_a_row, isolated, ngettext, percent, pgettext
from tutela.operations.language import number as written
from tutela.operations.publishing import drawing, words
from tutela.operations.publishing.drawing import Bar
from tutela.operations.publishing.release import Release, errors_of, lines_of
from tutela.operations.reports import pages

_MOST_COLUMNS, _MOST_CODES, _LONGEST = 8, 6, 30
_TRUE = (10, 30, 100, 300, 1_000, 10_000)


_LEDGER = {
    "line": gettext_noop("Line of the ledger"),
    "added lines": gettext_noop("Lines of the ledger"),
    "noise_sha256": gettext_noop("Digest of the noisy numbers"),
}


def page(found: Release) -> str:
    """A page that stands alone, the same bytes for the same release."""
    measured = found.measured
    far = NORMAL_95 * measured.people_error
    lead = _(words.LEAD).format(
        whom=_whom(found),
        people=written(max(0.0, measured.people)),
        low=written(max(0.0, measured.people - far)),
        high=written(measured.people + far),
    )
    return pages.page(
        title=_("Safe numbers: {whom}").format(whom=_whom(found)),
        style=drawing.STYLE,
        sections=[
            *([pages.paragraph(_(words.TEST), kind="warning")] if found.test_seed is not None else []),
            pages.paragraph(lead, kind="lead"),
            _pictures(found),
            _one_person(found),
            pages.section(_("What must not be done with it"), pages.bullets(words.not_to_do(measured.order))),
            _how_far(found),
            _numbers(found),
            _records(found),
            pages.section(_("What is in which file"), pages.bullets(_(one) for one in words.WHICH)),
            pages.section(
                _("What this does not protect"), pages.bullets(_(one) for one in words.NOT_PROTECTED)
            ),
            _budget(found),
            _settings(found),
            pages.section(
                _("Where the methods come from"), pages.bullets(isolated(one) for one in words.SOURCES)
            ),
        ],
    )


def _pictures(found: Release) -> str:
    share = words.guesses(found.measured.rho)
    far = [
        (_(words.BY[size]), NORMAL_95 * max(errors_of(found.measured, size)))
        for size in range(1, found.measured.order + 1)
    ]
    off = _("{tables} plus or minus {distance}")
    told = _("; ").join(off.format(tables=name, distance=written(distance)) for name, distance in far)
    guesses = _("Of 100 guesses about a person, at most {share} are right; blindly 50.")
    counted = _("One person: were they counted? Of 100 guesses at most {share} are right.")
    one = pages.figure(
        drawing.guesses(share, says=guesses.format(share=written(share))),
        counted.format(share=written(share)),
    )
    two = pages.figure(
        drawing.distances(far, says=_("How far numbers may be off: {told}.").format(told=told)),
        _("The numbers: how far a count may be off, up or down, in 95 of 100 cases."),
    )
    return f'<div class="pictures">{one}{two}</div>'


def _whom(found: Release) -> str:
    return in_a_row([isolated(one) for one in (found.population, *map(str, found.years))])


def _one_person(found: Release) -> str:
    share = words.guesses(found.measured.rho)
    together = _(words.TOGETHER).format(
        epsilon=written(epsilon_of(rho=found.budget.spent, delta=found.delta), decimals=2),
        share=written(words.guesses(found.budget.spent)),
    )
    promise = _(words.PROMISE).format(
        factor=words.factor(found.epsilon),
        epsilon=written(found.epsilon, decimals=2),
        delta=words.chance(found.delta),
    )
    return pages.section(
        _("What it tells about one person"),
        pages.paragraph(
            _(words.ONE_PERSON).format(
                share=written(share), answer=written(words.which_answer(found.measured.rho))
            )
        ),
        pages.paragraph(promise),
        *([pages.paragraph(together)] if len(found.budget.lines) > 1 else []),
    )


def _how_far(found: Release) -> str:
    """What a printed number means, for counts of several sizes."""
    sizes = range(1, found.measured.order + 1)
    distances = [NORMAL_95 * max(errors_of(found.measured, size)) for size in sizes]
    rows = [
        [
            written(true),
            *(_between(true, far) for far in distances),
        ]
        for true in _TRUE
    ]
    return pages.section(
        _("How far a number can be off"),
        pages.paragraph(_(words.HOW_FAR)),
        pages.table(
            [_("If so many were counted"), *(_(words.IN_A_TABLE[size]) for size in sizes)],
            rows,
            caption=_("95 % intervals, of the least exact table of each kind"),
            numbers=tuple(range(len(distances) + 1)),
        ),
    )


def _between(true: float, far: float) -> str:
    """What would be printed for a count, as people say it."""
    low, high = written(true - far), written(true + far)
    if far >= true:
        return _("0 to {high}: says little").format(high=high)
    if far / true < 0.01:
        return _("{low} to {high} (within\N{NO-BREAK SPACE}{share})").format(
            low=low, high=high, share=percent(0.01)
        )
    share = isolated(f"±\N{NO-BREAK SPACE}{percent(far / true)}")
    return _("{low} to {high} ({share})").format(low=low, high=high, share=share)


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
                _head(table.names[0], len(largest), len(codes)) if more else table.names[0],
                is_head=True,
            )
        )
        bars += [
            Bar(
                codes[at] or pgettext("report", "not stated"),
                float(table.values[at]),
                float(table.low[at]),
                float(table.high[at]),
            )
            for at in largest.tolist()
        ]
    picture = drawing.bars(bars, says=_("The largest numbers of each column, with their 95 % intervals."))
    if len(tables) > _MOST_COLUMNS:
        caption = _(
            "{shown} of {all} columns. The bar is the number, the line through its end the 95 % interval."
        ).format(shown=written(_MOST_COLUMNS), all=written(len(tables)))
    else:
        caption = _("Each column. The bar is the number, the line through its end the 95 % interval.")
    return pages.section(
        _("The numbers"), pages.figure(picture, caption).replace("<figure>", '<figure class="wide">')
    )


def _head(column: str, shown: int, codes: int) -> str:
    says = _("{column} (the largest {shown} of {all})")
    return says.format(column=column, shown=written(shown), all=written(codes))


def _records(found: Release) -> str:
    rows = [
        (
            _(words.TABLES_BY[one.order]),
            written(one.difference, decimals=1),
            written(one.error, decimals=1),
            percent(one.inside),
        )
        for one in found.agreements
    ]
    made = ngettext(
        "{count} invented record was made from the noisy tables alone. Their counts lie on average this far"
        " from the noisy numbers. To be closer than the standard error is of no use: they would follow the"
        " noise.",
        "{count} invented records were made from the noisy tables alone. Their counts lie on average this"
        " far from the noisy numbers. To be closer than the standard error is of no use: they would follow"
        " the noise.",
        len(found.records),
    )
    return pages.section(
        _("How well the synthetic records follow the numbers"),
        pages.paragraph(made.format(count=written(len(found.records)))),
        pages.table(
            [_("Tables"), _("Mean distance, people"), _("Standard error"), _("Inside the interval")],
            rows,
            caption=_("Synthetic records beside noisy tables"),
            numbers=(1, 2, 3),
        ),
    )


def _budget(found: Release) -> str:
    limit = epsilon_of(rho=found.budget.limit, delta=found.delta)
    spent = epsilon_of(rho=found.budget.spent, delta=found.delta)
    says = _(
        "Epsilon {spent} of {limit} is spent. Costs add up as rho and not as epsilon, so the sum of the"
        " column is more than what is spent. When the limit is reached nothing more is made of these records."
    )
    return pages.section(
        _("The budget of these people"),
        pages.paragraph(says.format(spent=written(spent, decimals=2), limit=written(limit, decimals=2))),
        pages.table(
            [pgettext("report", "Day"), pgettext("report", "What"), _("Epsilon alone")],
            lines_of(found),
            caption=_("Charged so far"),
            numbers=(2,),
        ),
    )


def _listed(value: object) -> str:
    return in_a_row([str(one) for one in value]) if isinstance(value, list) else str(value)


def _settings(found: Release) -> str:
    measured = found.measured
    random = (
        _("the operating system’s generator")
        if found.test_seed is None
        else _("a test seed, {seed}: protects nobody").format(seed=found.test_seed)
    )
    columns = ngettext("{count} column", "{count} columns", measured.order)
    rules = ngettext("{count} rule", "{count} rules", len(measured.domain.forbidden))
    rows = [
        (_("Epsilon"), written(found.epsilon, decimals=2)),
        (_("Delta"), isolated(f"{found.delta:g}")),
        (_("Rho"), isolated(f"{measured.rho:.6g}")),
        (_("Whom it protects"), words.unit(found.units, found.years_apart)),
        (_("Tables of up to"), columns.format(count=written(measured.order))),
        (_("Columns"), in_a_row([isolated(one) for one in measured.domain.names])),
        (_("Codes from"), found.source or _("not said")),
        (_("Impossible combinations"), rules.format(count=written(len(measured.domain.forbidden)))),
        (_("Randomness"), random),
        *((_(_LEDGER.get(name, name)), _listed(value)) for name, value in found.ledger.items()),
    ]
    table = pages.table([_("Setting"), _("Value")], rows, caption=_("How it was made"))
    return pages.section(_("Settings"), table)
