"""What the page says of all pairs: how their scores lie, the three bands, and what people answered."""

from __future__ import annotations

from collections import Counter

import numpy as np

from tutela.engines.linkage import Band, Bands
from tutela.operations.language import gettext as _
from tutela.operations.language import percent, pgettext
from tutela.operations.linking import drawing, words
from tutela.operations.linking.asked import Asked
from tutela.operations.linking.reading import Study
from tutela.operations.linking.reviewing import Answer, Reviewed
from tutela.operations.linking.working import Findings, pair_ids
from tutela.operations.reports import pages
from tutela.operations.reports.telling import few

ORDER = (Band.SAME, Band.ASK, Band.DIFFERENT)
_KINDS = ("same", "ask", "different")


def count(found: Findings, band: Band) -> int:
    return int((found.band == band.value).sum())


def scores(asked: Asked, found: Findings) -> str:
    bits = found.bits.sum(axis=1) + found.model.prior_bits
    names = {band.value: words.band_in_picture(band) for band in reversed(ORDER)}
    same = few(count(found, Band.SAME), asked.least_shown)
    picture = drawing.histogram(
        drawing.spread(bits, found.band, names),
        kinds=tuple(reversed(_KINDS)),
        least=asked.least_shown,
        says=_("Pairs by score. Called the same: {count}.").format(count=same),
    )
    caption = _(
        "The score adds up what every field gives, in bits: each bit doubles the odds, and at 0 two records "
        "are as likely one person as not. Each line is ten times the one below. Where rivals share a record, "
        "a pair may fall into a lower band than its score."
    )
    return pages.section(_("Scores"), f'<div class="pictures">{pages.figure(picture, caption)}</div>')


def three(asked: Asked, found: Findings) -> str:
    """How many pairs are in each band, how many of them are one person, and where it begins."""
    rows = []
    for band in ORDER:
        inside = found.chances[found.band == band.value]
        one = float(inside.sum())
        shares = [few(round(share), asked.least_shown) for share in (one, len(inside) - one)]
        pairs = few(len(inside), asked.least_shown)
        rows.append([words.band(band), pairs, *shares, words.todo(band)])
    heads = (
        pgettext("report", "band"),
        pgettext("report", "pairs"),
        _("one person, about"),
        pgettext("report", "not, about"),
        _("what to do"),
    )
    return pages.section(
        _("Three bands"),
        pages.table(heads, rows, caption=_("By the model's own chances."), numbers=(1, 2, 3)),
        pages.paragraph(
            " ".join((_where_same_begins(asked, found.lines), *_where_asking_begins(asked, found.lines)))
        ),
    )


def _where_same_begins(asked: Asked, lines: Bands) -> str:
    wrong = words.borne(asked.wrong)
    if lines.same_from > 1:
        return _("No pair is sure enough to be called the same with at most {wrong} wrong.").format(
            wrong=wrong
        )
    says = _(
        "“The same” begins at a chance of {chance}, so that about {share} of them are not (asked for: at "
        "most {wrong})."
    )
    share = percent(lines.wrong_among_same, 1)
    return says.format(chance=percent(lines.same_from), share=share, wrong=wrong)


def _where_asking_begins(asked: Asked, lines: Bands) -> list[str]:
    says = _("No pair is sure enough to ask anybody about.")
    if lines.ask_from <= 1:
        says = _(
            "“Different” ends at {chance}, so that about {share} of the pairs of one person are lost among "
            "them (asked for: at most {lost})."
        ).format(
            chance=percent(lines.ask_from, 1),
            share=percent(lines.lost_as_different, 1),
            lost=words.borne(asked.lost),
        )
    if lines.lost_as_different <= asked.lost:
        return [says]
    return [says, _("To lose fewer, somebody would have to look at twenty pairs and more to find one.")]


def answers(found: Findings, study: Study, reviewed: Reviewed, asked: Asked) -> str:
    """What people said, beside what the model expected of the same pairs."""
    said: dict[Band, list[tuple[Answer, float]]] = {band: [] for band in ORDER}
    for place in range(len(found.chances)) if reviewed.answers else ():
        if found.band[place] == Band.DIFFERENT.value and found.chances[place] < 1e-6:
            continue
        answer = reviewed.answers.get(pair_ids(study, found, place))
        if answer is not None:
            said[Band(str(found.band[place]))].append((answer, float(found.chances[place])))
    heads = (
        pgettext("report", "band"),
        pgettext("answer", "same"),
        pgettext("answer", "different"),
        pgettext("answer", "unsure"),
        _("the same, by people"),
        pgettext("report", "by the model"),
    )
    caption = _(
        "Where the last two columns are far apart the model is wrong about these files: trust people."
    )
    rows = [_answered(band, of_band, asked.least_shown) for band, of_band in said.items() if of_band]
    return pages.section(
        _("What people said"), pages.table(heads, rows, caption=caption, numbers=(1, 2, 3, 4, 5))
    )


def _answered(band: Band, answers: list[tuple[Answer, float]], least: int) -> list[str]:
    counts = Counter(answer for answer, _chance in answers)
    decided = counts[Answer.SAME] + counts[Answer.DIFFERENT]
    return [
        words.band(band),
        *(few(counts[answer], least) for answer in Answer),
        percent(counts[Answer.SAME] / decided) if decided >= least else _("too few to say"),
        percent(float(np.mean([chance for _answer, chance in answers]))),
    ]
