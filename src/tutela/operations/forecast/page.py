"""The report of a forecast, as a page for people."""

from __future__ import annotations

from tutela.engines.forecasts import MODEL
from tutela.operations.forecast import drawing, shown, tried, words
from tutela.operations.forecast.asked import Asked
from tutela.operations.forecast.predicting import LEVELS, Findings
from tutela.operations.forecast.reading import Study
from tutela.operations.forecast.shown import Line, between
from tutela.operations.hotspots.shown import few
from tutela.operations.hotspots.words import each, length
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, number, percent, pgettext, short_number
from tutela.operations.reports import pages

MOST_LINES, MOST_PICTURES = 40, 12


def page(asked: Asked, study: Study, found: Findings) -> str:
    answers = words.ANSWERS if study.shares is None else words.ANSWERS_NEAR
    return pages.page(
        title=_("What to expect"),
        style=drawing.STYLE,
        sections=[
            pages.paragraph(_lead(asked, study, found), kind="lead"),
            tried.verdict(asked, found),
            *(pages.paragraph(one, kind="note") for one in _cautions(asked, study, found)),
            pages.paragraph(_(answers)),
            pages.section(words.to_come(asked.ahead, asked.unit), *_tables(asked, study, found)),
            pages.section(_("Over time"), _pictures(asked, study, found)),
            pages.section(_("How good it was"), *tried.how_good(asked, found)),
            pages.section(_("What this cannot say"), pages.bullets(_(one) for one in words.LIMITS)),
            pages.section(_("How it was worked out"), *_how(asked, study, found)),
        ],
    )


def settings(asked: Asked, study: Study, found: Findings) -> list[tuple[str, str]]:
    """What was asked and what was chosen from the counts, by name."""
    fit, unit, periods = found.fit, asked.unit, study.periods
    memory = _(words.MEMORY[unit]).format(memory=short_number(fit.shape.memory))
    near = "–" if study.shares is None else number(fit.near, decimals=2)
    return [
        (_("Places"), number(len(study.names))),
        (_("Links between places"), number(study.links)),
        (pgettext("report", "Time"), periods.label(0, periods.number)),
        (_("Periods"), each(periods.number, unit)),
        (_("Ahead"), length(asked.ahead, unit)),
        (_("Held back"), length(found.plan.periods, unit)),
        (_("Waves of a season"), number(fit.shape.waves)),
        (_("Trend"), _("yes, up to now") if fit.shape.trend else pgettext("report", "no")),
        (_("Memory"), memory),
        (_("Part of its own past"), number(fit.own, decimals=2)),
        (_("Part of its neighbours' past"), near),
        (_("Scatter beyond chance"), number(fit.spread, decimals=2)),
        (_("Counts shown from"), number(asked.least_shown)),
    ]


# ---------------------------------------------------------------- what is said first
def _lead(asked: Asked, study: Study, found: Findings) -> str:
    least = asked.least_shown
    told = shown.whole(study, found, least=least)
    hidden = told.expected is None
    about = few(None, least) if hidden else _("about {number}").format(number=number(told.expected or 0))
    if len(study.names) == 1:
        says = _("{when}: {number} cases are expected ({interval}, eight times out of ten).")
    else:
        says = _(
            "{when}: {number} cases are expected in all {places} places together ({interval}, eight times "
            "out of ten)."
        )
    interval = between(told, LEVELS[1], least)
    return says.format(when=told.when, number=about, places=number(len(study.names)), interval=interval)


def _cautions(asked: Asked, study: Study, found: Findings) -> list[str]:
    said = []
    held = min(one.held[LEVELS[1]] for one in found.scores if one.name == MODEL)
    if held < words.TOO_NARROW:
        narrow = _(
            "The interval that should hold eight times out of ten held only {part} of what came in the time "
            "held back: something changed that the counts before did not tell. Take every interval as too "
            "narrow."
        )
        said.append(narrow.format(part=percent(held)))
    if found.plan.periods < asked.year:
        short = _(
            "There are fewer than two and a half years: no season can be learned, and the forecast was tried "
            "on {time} only."
        )
        said.append(short.format(time=length(found.plan.periods, asked.unit)))
    return [*said, *(caution() for caution in study.cautions)]


# ---------------------------------------------------------------- what is to come
def _tables(asked: Asked, study: Study, found: Findings) -> list[str]:
    least, alone = asked.least_shown, len(study.names) == 1
    small = [_("Numbers under {least} are not shown.").format(least=number(least))] if least > 1 else []
    said = [*([] if alone else [_("All places together.")]), *small]
    by_step = _table(
        asked,
        found,
        _(words.ONE[asked.unit]),
        [(told.when, told) for told in shown.by_step(study, found, least=least)],
        caption=" ".join(said) or _("Expected cases"),
    )
    if alone:
        return [by_step]
    places = shown.by_place(study, found, least=least)
    said = [_("All of this time together, place by place."), *small]
    if len(places) > MOST_LINES:
        more = _("The first {shown} of {count}; all are in forecast.csv.")
        said.append(more.format(shown=number(MOST_LINES), count=number(len(places))))
    lines = [(told.place, told) for told in places[:MOST_LINES]]
    return [_table(asked, found, _("Place"), lines, caption=" ".join(said)), by_step]


def _table(asked: Asked, found: Findings, first: str, lines: list[tuple[str, Line]], *, caption: str) -> str:
    least = asked.least_shown
    rivals = [_(words.SHORT_NAMES[kind.value]) for kind in found.plan.against]
    heads = [first, _("Expected"), _("8 times in 10"), _("19 times in 20"), *rivals]
    rows = [
        [
            name,
            few(told.expected, least),
            *(between(told, level, least) for level in LEVELS[1:]),
            *("–" if one is None else number(one) for one in told.rivals.values()),
        ]
        for name, told in lines
    ]
    if any(one is None for _name, told in lines for one in told.rivals.values()):
        caption += " " + _("A dash: the number is small, or would tell a small one.")
    return pages.table(heads, rows, caption=caption, numbers=range(1, len(heads)))


# ---------------------------------------------------------------- over time
def _pictures(asked: Asked, study: Study, found: Findings) -> str:
    least, alone = asked.least_shown, len(study.names) == 1
    drawn = []
    if not alone:
        drawn.append(pages.figure(drawing.all_places(study, found, least=least), _("All places together")))
    position = {name: at for at, name in enumerate(study.names)}
    for told in shown.by_place(study, found, least=least)[:MOST_PICTURES]:
        if alone or told.expected is not None:
            one = drawing.one_place(study, found, position[told.place], least=least)
            drawn.append(pages.figure(one, "" if alone else told.place))
    says = " ".join(_legend(asked, found, alone=alone))
    return pages.paragraph(says, kind="soft") + f'<div class="pictures">{"".join(drawn)}</div>'


def _legend(asked: Asked, found: Findings, *, alone: bool) -> list[str]:
    """What the pictures show, sentence by sentence."""
    least = number(asked.least_shown)
    hidden = asked.least_shown > 1
    pale = _("Bars: cases; pale bars as high as the smallest number that is shown: hidden.")
    bands = _("Dark band: eight times out of ten; pale band: 19 out of 20. Dotted: {way}.")
    said = [
        pale if hidden else _("Bars: cases."),
        _(words.BEFORE[asked.unit]),
        bands.format(way=_(words.NAMES[found.first_rival.value])),
    ]
    if hidden:
        below = _("Nothing is drawn below {least}, nor what would tell a hidden number.")
        said.append(below.format(least=least))
    if not alone:
        which = _("Places of which {least} cases or more are expected are drawn, {most} at most.")
        said.append(which.format(least=least, most=number(MOST_PICTURES)))
    return said


# ---------------------------------------------------------------- how it was worked out
def _how(asked: Asked, study: Study, found: Findings) -> list[str]:
    always, own, near = (percent(part) for part in found.parts)
    if study.shares is None:
        parts = _(
            "Of all that was expected, {always} is what places always have, {own} follows their own last "
            "counts."
        ).format(always=always, own=own)
    else:
        parts = _(
            "Of all that was expected, {always} is what places always have, {own} follows their own last "
            "counts, {near} those of their neighbours."
        ).format(always=always, own=own, near=near)
    sentences = [
        _(words.MADE_OF[asked.unit]),
        parts,
        _("Which parts it has was chosen from the counts by Akaike's criterion. No random numbers are used."),
        _("Source: {source}").format(source=isolated(words.SOURCE)),
    ]
    return [
        pages.paragraph(" ".join(sentences)),
        *pages.made_from(settings(asked, study, found), study.files),
    ]
