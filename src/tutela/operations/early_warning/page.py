"""The report of what was watched, as a page for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tutela.engines.surveillance import LARGEST, LEAST_RECORDS
from tutela.operations.early_warning import drawing, words
from tutela.operations.early_warning.asked import Asked, Method
from tutela.operations.early_warning.reading import ALL, Study, a_year
from tutela.operations.early_warning.shown import Line, alarms, now
from tutela.operations.early_warning.watching import Findings
from tutela.operations.hotspots.shown import chance, few, or_dash
from tutela.operations.hotspots.words import each, length, names_of
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, ngettext, number, percent, pgettext, short_number
from tutela.operations.reports import pages

MOST_LINES, MOST_PICTURES, MOST_PAST = 40, 12, 60
_NAMED = 8


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table of lines: its head, what stands in it, and whether that is a number."""

    head: str
    says: Callable[[Line], str]
    is_number: bool = False


def page(asked: Asked, study: Study, found: Findings) -> str:
    told = now(study, found, least=asked.least_shown)
    limits = [_(one) for one in _limits(found)]
    return pages.page(
        title=_("Early warning"),
        style=drawing.STYLE,
        sections=[
            pages.paragraph(_lead(told), kind="lead"),
            *(pages.paragraph(one, kind="note") for one in _cautions(study, found)),
            pages.paragraph(_(words.ANSWERS[found.method])),
            pages.section(_(words.LAST[asked.unit]), _table(asked, found, told)),
            pages.section(_("Over time"), _pictures(asked, study, found, told)),
            pages.section(_("Alarms so far"), *_past(asked, study, found)),
            pages.section(_("What this cannot say"), pages.bullets(limits)),
            pages.section(_("How it was worked out"), *_how(asked, study, found)),
        ],
    )


def settings(asked: Asked, study: Study, found: Findings) -> list[tuple[str, str]]:
    """What was asked and what the data allowed, by name."""
    rule, periods = found.rule, study.periods
    return [
        (_("Method"), found.method.value),
        (pgettext("how many", "Series"), number(len(study.names))),
        (pgettext("report", "Time"), periods.label(0, periods.number)),
        (_("Periods"), each(periods.number, asked.unit)),
        (_("Watched"), number(found.watch)),
        (_("Years looked back on"), number(rule.years) if rule else "–"),
        (_("False alarms a year"), short_number(asked.alarms_a_year)),
        (_("Chance in each series and period"), short_number(found.alpha)),
        (_("False among those that stand out"), short_number(asked.level)),
        (_("Cases with both dates"), number(found.delays.records) if found.delays else "–"),
        (_("Pause after an import in bulk"), length(asked.pause, asked.unit)),
        (_("Seed"), str(asked.seed)),
        (_("Counts shown from"), number(asked.least_shown)),
    ]


# ---------------------------------------------------------------- what is said first
def _lead(told: list[Line]) -> str:
    risen = [words.series_name(line.series) for line in told if line.state == "alarm"]
    when = told[0].when
    if len(told) == 1:
        above = _("{when}: the series is above its bound.")
        return (above if risen else _("{when}: the series is not above its bound.")).format(when=when)
    if not risen:
        none = ngettext(
            "{when}: none of {count} series is above its bound.",
            "{when}: none of {count} series is above its bound.",
            len(told),
        )
        return none.format(when=when, count=number(len(told)))
    says = ngettext(
        "{when}: {count} of {all} series is above its bound: {names}.",
        "{when}: {count} of {all} series are above their bound: {names}.",
        len(risen),
    )
    names = names_of(risen, _NAMED)
    return says.format(when=when, count=number(len(risen)), all=number(len(told)), names=names)


def _cautions(study: Study, found: Findings) -> list[str]:
    said = []
    if study.reports is None:
        said.append(_(words.NO_RECEIPT))
    elif found.delays is None:
        said.append(_(words.NO_DELAYS).format(count=number(LEAST_RECORDS)))
    else:
        said.append(_(words.LATE if found.rule else words.LATE_UNJUDGED))
    if found.imports:
        imports = _(
            "Imports in bulk: {count} in the time that is shown. Alarms are paused at and after each, and in "
            "periods that an import changed."
        )
        said.append(imports.format(count=number(found.imports)))
    return said


# ---------------------------------------------------------------- the last period
def _table(asked: Asked, found: Findings, told: list[Line]) -> str:
    has_p, least = found.method.has_p, asked.least_shown
    columns = [_Column(_("Series"), _name)]
    if len({line.group for line in told}) > 1:
        columns.append(_Column(_("Group"), lambda line: line.group))
    columns += _counts(least)
    if has_p:
        columns.append(_Column(_("Chance (p)"), lambda line: chance(line.p), is_number=True))
    columns.append(_Column(pgettext("report", "Alarm"), lambda line: words.state(line.state)))
    if has_p and len(told) > 1:
        columns.append(_Column(_("Stands out"), _stands_out))
    if found.nowcast is not None:
        columns.append(_Column(_("Once all have come"), _come))
    return _lines(columns, told[:MOST_LINES], caption=_caption(asked, found, told))


def _counts(least: int) -> list[_Column]:
    return [
        _Column(pgettext("report", "Cases"), lambda line: few(line.cases, least), is_number=True),
        _Column(_("Expected"), lambda line: or_dash(line.expected), is_number=True),
        _Column(pgettext("report", "Bound"), lambda line: or_dash(line.bound), is_number=True),
    ]


def _lines(columns: list[_Column], told: list[Line], *, caption: str) -> str:
    heads = [column.head for column in columns]
    rows = [[column.says(line) for column in columns] for line in told]
    numbers = [place for place, column in enumerate(columns) if column.is_number]
    return pages.table(heads, rows, caption=caption, numbers=numbers)


def _name(line: Line) -> str:
    return words.series_name(line.series)


def _stands_out(line: Line) -> str:
    return pgettext("report", "yes") if line.stands_out else pgettext("report", "no")


def _come(line: Line) -> str:
    if line.to_come is None:
        return "–"
    mean, low, high = (number(one) for one in line.to_come)
    return isolated(f"{mean} ({low}–{high})")


def _caption(asked: Asked, found: Findings, told: list[Line]) -> str:
    said = [_("Bound: the highest count that is no alarm.")]
    if found.method.has_p:
        said.append(_("Chance: how often as many or more would come if nothing had risen."))
    if found.method.has_p and len(told) > 1:
        stands_out = _(
            "Stands out: of those that do, at most {part} are expected to be false, however many series "
            "there are."
        )
        said.append(stands_out.format(part=percent(asked.level)))
    if asked.least_shown > 1:
        hidden = _("Counts under {least} are not shown, nor what they could be worked out from.")
        said.append(hidden.format(least=number(asked.least_shown)))
    if len(told) > MOST_LINES:
        more = _("The first {shown} of {count}; all are in series.csv.")
        said.append(more.format(shown=number(MOST_LINES), count=number(len(told))))
    return " ".join(said)


# ---------------------------------------------------------------- over time
def _pictures(asked: Asked, study: Study, found: Findings, told: list[Line]) -> str:
    place = {name: at for at, name in enumerate(study.names)}
    drawn = [
        pages.figure(
            drawing.series(study, found, place[line.series], least=asked.least_shown),
            "" if line.series == ALL else line.series,
        )
        for line in told[:MOST_PICTURES]
    ]
    said = [
        _(
            "Bars: cases. Line: bound. A dark bar with a mark: alarm. Pale bars as high as the smallest "
            "count that is shown: fewer. Grey ground: paused."
        )
    ]
    if len(told) > MOST_PICTURES:
        more = _("The first {shown} of {count}.")
        said.append(more.format(shown=number(MOST_PICTURES), count=number(len(told))))
    return pages.paragraph(" ".join(said), kind="soft") + f'<div class="pictures">{"".join(drawn)}</div>'


def _past(asked: Asked, study: Study, found: Findings) -> list[str]:
    past = alarms(study, found, least=asked.least_shown)
    said = _(
        "Alarms: {alarms}. Time that was watched: {time}. The budget of false alarms, {budget} a year, lets "
        "{expected} be expected at most if nothing ever rose."
    ).format(
        alarms=number(len(past)),
        time=length(found.watch, asked.unit),
        budget=short_number(asked.alarms_a_year),
        expected=number(found.alpha * len(study.names) * found.watch, decimals=1),
    )
    if not past:
        return [pages.paragraph(said)]
    caption = _("The latest first, as they look with what is known now.")
    if len(past) > MOST_PAST:
        more = _("The latest {shown}; all are in alarms.csv.")
        caption += " " + more.format(shown=number(MOST_PAST))
    columns = [
        _Column(_("When"), lambda line: line.when),
        _Column(_("Series"), _name),
        *_counts(asked.least_shown),
    ]
    return [pages.paragraph(said), _lines(columns, past[:MOST_PAST], caption=caption)]


# ---------------------------------------------------------------- what it is worth
def _limits(found: Findings) -> list[str]:
    seasonal = found.rule is not None
    chosen = words.LIMITS if seasonal else words.LIMITS[:4]
    return [*chosen, *([words.EARS] if found.method in {Method.C1, Method.C2, Method.C3} else [])]


def _how(asked: Asked, study: Study, found: Findings) -> list[str]:
    sentences = [
        _(
            "First the budget was chosen: {budget} false alarms a year over all series. Shared among all "
            "series (here {series}) and the periods of a year ({periods}), it leaves each a chance of "
            "{chance}, never more than {most}, and that sets the bound."
        ).format(
            budget=short_number(asked.alarms_a_year),
            series=number(len(study.names)),
            periods=number(a_year(asked.unit)),
            chance=short_number(found.alpha, digits=2),
            most=short_number(LARGEST),
        ),
        _("Source: {source}").format(source=isolated(words.SOURCE[found.method])),
    ]
    if found.method is Method.C3:
        sentences.append(_(words.TODAY_COUNTS))
    return [
        pages.paragraph(" ".join(sentences)),
        *pages.made_from(settings(asked, study, found), study.files),
    ]
