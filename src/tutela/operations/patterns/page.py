"""The page on which people decide: what to look at first, why, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tutela.engines.patterns import ALGORITHM_VERSION
from tutela.engines.patterns.alerts import Alert
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated, ngettext, number, pgettext
from tutela.operations.patterns import cards, drawing, sharing, words
from tutela.operations.patterns.asked import Asked
from tutela.operations.patterns.keeping import Grounds, Keeping
from tutela.operations.patterns.weighing import Study, Weighed, unclustered
from tutela.operations.reports import pages

_MOST = 50


def page(asked: Asked, study: Study, grounds: Grounds, keeping: Keeping) -> str:
    open_ = [one for one in study.templates if one.settled is None]
    settled = [one for one in study.templates if one.settled is not None]
    shown = open_[: asked.most]
    templates = pgettext("of adverts", "Templates")
    return pages.page(
        title=_(words.TITLE),
        style=drawing.STYLE + cards.STYLE,
        sections=[
            pages.paragraph(_lead(study, len(open_)), kind="lead"),
            pages.paragraph(_(words.NOT_A_PERSON), kind="note"),
            pages.paragraph(_held(grounds), kind="soft"),
            _alerts(study),
            _ranking(shown, len(open_)),
            pages.section(_("How to decide"), pages.paragraph(_(words.HOW_TO_DECIDE)), _choices()),
            pages.section(
                templates,
                pages.paragraph(words.labels(), kind="soft"),
                *(cards.card(one, asked, keeping) for one in shown),
            ),
            sharing.networks(study),
            sharing.places(study),
            *([_settled(settled)] if settled else []),
            pages.section(_("What this cannot tell"), pages.bullets(map(_, words.LIMITS))),
            pages.section(_("What it must not be used for"), pages.bullets(map(_, words.FORBIDDEN))),
            _signs(study),
            _how(asked, study),
        ],
    )


def _lead(study: Study, open_: int) -> str:
    gathered = study.gathered
    in_templates = gathered.read - unclustered(gathered)
    read = ngettext("{count} advert was read.", "{count} adverts were read.", gathered.read)
    found = _("Different texts: {texts}. Adverts that repeat a template: {adverts}. Templates: {templates}.")
    wait = ngettext(
        "Of these, {count} waits for a decision: {count} look instead of {adverts}.",
        "Of these, {count} wait for a decision: {count} looks instead of {adverts}.",
        open_,
    )
    return " ".join(
        [
            read.format(count=number(gathered.read)),
            found.format(
                texts=number(len(gathered.corpus)),
                adverts=number(in_templates),
                templates=number(len(study.templates)),
            ),
            wait.format(count=number(open_), adverts=number(in_templates)),
        ]
    )


def _held(grounds: Grounds) -> str:
    return _("Held on the basis: {basis}. For: {purpose}.").format(
        basis=isolated(grounds.basis), purpose=isolated(grounds.purpose)
    )


# ---------------------------------------------------------------- what to look at first
def _alerts(study: Study) -> str:
    parts = (
        [_alert_table(study.alerts)]
        if study.alerts
        else [pages.paragraph(_("None stands for the last whole week of these adverts."))]
    )
    if study.over:
        over = ngettext(
            "{count} ended after two weeks: nobody confirmed it.",
            "{count} ended after two weeks: nobody confirmed them.",
            study.over,
        )
        parts.append(pages.paragraph(over.format(count=number(study.over)), kind="soft"))
    return pages.section(pgettext("about adverts", "Alerts"), *parts)


def _alert_table(alerts: Sequence[Alert]) -> str:
    rows = [
        [
            one.name,
            words.why(one),
            number(one.count),
            "–" if one.expected is None else number(one.expected, decimals=1),
            words.chance(one.p),
            str(one.until),
        ]
        for one in alerts[:_MOST]
    ]
    caption = _(
        "Week from {day}. A tenth of those about growth may be false. Each is over on its last day unless "
        "somebody confirms it as useful."
    ).format(day=isolated(str(alerts[0].week)))
    heads = [
        _("Template or network"), _("Why"), _("Adverts"), _("Expected"), pgettext("of an alert", "Chance"),
        _("Over on"),
    ]  # fmt: skip
    return pages.table(heads, rows, caption=caption, numbers=(2, 3, 4))


def _ranking(shown: Sequence[Weighed], all_: int) -> str:
    heads = (
        pgettext("of adverts", "Template"), _("Points"), _("Adverts"), pgettext("of adverts", "Contacts"),
        _("Places"), _("First reasons"),
    )  # fmt: skip
    kinds = ("", *[' class="number"'] * 4, "")
    head = "".join(
        f'<th scope="col"{kind}>{escape(name)}</th>' for name, kind in zip(heads, kinds, strict=True)
    )
    caption = escape(
        _("The heaviest of those that wait: {shown} of {all}. {file} has all.").format(
            shown=number(len(shown)), all=number(all_), file=isolated("templates.csv")
        )
    )
    return pages.section(
        _("What to look at first"),
        f'<p class="soft">{caption}</p><div class="scroll"><table aria-label="{caption}"><thead>'
        f"<tr>{head}</tr></thead><tbody>{''.join(map(_row, shown))}</tbody></table></div>",
    )


def _row(one: Weighed) -> str:
    counts = (
        one.score.points, one.seen.adverts, len(one.seen.contacts),
        len({place for place in one.seen.places if place}),
    )  # fmt: skip
    cells = "".join(f'<td class="number">{isolated(number(count))}</td>' for count in counts)
    reasons = in_a_row([reason.sign.title for reason in one.score.reasons[:2]])
    return f'<tr><td><a href="#{one.key}">{one.key}</a></td>{cells}<td>{escape(reasons)}</td></tr>'


# ---------------------------------------------------------------- decisions
def _choices() -> str:
    rows = [[one.value, _(said)] for one, said in words.DECISIONS.items()]
    heads = [pgettext("for a decision", "Word"), _("When it is")]
    return pages.table(heads, rows, caption=_("Decisions"))


def _settled(settled: Sequence[Weighed]) -> str:
    rows = [
        [one.key, words.decision(one.settled), number(one.seen.adverts)]
        for one in settled
        if one.settled is not None
    ]
    heads = [pgettext("of adverts", "Template"), _("Decision"), _("Adverts")]
    return pages.section(
        pgettext("by two people", "Settled"),
        pages.table(heads, rows, caption=_("Two people agreed"), numbers=(2,)),
    )


# ---------------------------------------------------------------- how it was worked out
def _signs(study: Study) -> str:
    rows = [
        [
            one.title,
            _("never counts") if one.protected else words.signed(one.points),
            one.grade.value,
            words.wanted(one.fact, one.least) if one.fact else pgettext("of an advert", "words"),
            one.why,
            isolated(one.source),
        ]
        for one in study.signs
    ]
    heads = [
        pgettext("in adverts", "Sign"), _("Points"), pgettext("of a sign", "Grade"), _("Looked for in"),
        _("Why"), pgettext("of a sign", "Source"),
    ]  # fmt: skip
    caption = " ".join(map(_, words.GRADES.values()))
    return pages.section(_("All signs"), pages.table(heads, rows, caption=caption, numbers=(1,)))


def _how(asked: Asked, study: Study) -> str:
    gathered = study.gathered
    alike = _("{part} of the longest common sequence; more for short texts")
    lost = _("Rows that could not be read")
    settings = [
        (_("Files"), in_a_row([isolated(path.name) for path in asked.files])),
        (_("Alike from"), alike.format(part=number(asked.settings.least, decimals=2))),
        (
            _("Regions whose numbers are tried"),
            in_a_row(asked.regions) or _("none: only numbers with + or 00"),
        ),
        (_("Adverts with a day"), number(gathered.dated)),
        (_("Without a template"), number(unclustered(gathered))),
        (lost, number(gathered.lost)),
        (_("Version of the method"), str(ALGORITHM_VERSION)),
    ]
    bad = [f"{isolated(f'{name}:{row.line}')}: {row.reason}" for name, row in gathered.bad[:_MOST]]
    return pages.section(
        _("How it was worked out"),
        pages.table([_("Setting"), _("Value")], settings, caption=_("Settings")),
        cards.details(lost, pages.bullets(bad)) if bad else "",
    )
