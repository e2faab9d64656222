"""The page about two files for people: how many pairs, what the bands mean, what is not known."""

from __future__ import annotations

from tutela.engines.linkage import Band
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, number, percent, pgettext
from tutela.operations.linking import bands, drawing, groups, keys, words
from tutela.operations.linking.asked import Asked
from tutela.operations.linking.comparing import NAME
from tutela.operations.linking.reading import Study
from tutela.operations.linking.reviewing import Reviewed
from tutela.operations.linking.working import Findings, chosen
from tutela.operations.reports import pages
from tutela.operations.reports.telling import few

MOST_SHOWN = 20
_SURE = 0.99


def page(asked: Asked, study: Study, found: Findings, reviewed: Reviewed | None) -> str:
    limits = [_(one) for one in (*_of_one_file(asked), *words.LIMITS[1:])]
    sections = [
        pages.paragraph(_lead(asked, study, found), kind="lead"),
        pages.paragraph(_(words.LIMITS[0]), kind="note"),
        bands.scores(asked, found),
        bands.three(asked, found),
        *([bands.answers(found, study, reviewed, asked)] if reviewed else []),
        _worth(found),
        *([_examples(study, found)] if asked.show_names else []),
        groups.section(asked, study, found),
        _looked(asked, study, found),
        pages.section(_("What this cannot say"), pages.bullets(limits)),
        _made(asked, study),
    ]
    title = _("People who may be in the files twice")
    return pages.page(title=title, style=drawing.STYLE, sections=sections)


def _of_one_file(asked: Asked) -> tuple[str, ...]:
    return (words.ONE_FILE,) if asked.other is None or asked.several else ()


def _lead(asked: Asked, study: Study, found: Findings) -> str:
    same, ask = (few(bands.count(found, band), asked.least_shown) for band in (Band.SAME, Band.ASK))
    left, right = (number(size) for size in study.records.sizes)
    if asked.other:
        says = _(
            "Pairs that look like the same person: {same}. Pairs that somebody has to look at: {ask}. "
            "Records in the two files: {left} and {right}."
        )
        return says.format(same=same, ask=ask, left=left, right=right)
    says = _(
        "Pairs that look like the same person: {same}. Pairs that somebody has to look at: {ask}. Records: "
        "{count}."
    )
    return says.format(same=same, ask=ask, count=left)


def _worth(found: Findings) -> str:
    """The levels of each field with the bits they are worth; of a name only a few of many."""
    rows = []
    for field, weights in zip(found.model.fields, found.model.weights, strict=True):
        shown = [len(field.levels) - 1, *range(len(field.levels) - 2, -1, -1)]
        if field.name == NAME:
            shown = [place for place in shown if place in _TOLD_OF_NAMES]
        for at, place in enumerate(shown):
            bits = weights.bits[:, place]
            told = _range(float(bits.min()), float(bits.max()))
            rows.append(["" if at else words.field(field.name), words.level(field.levels[place]), told])
    caption = _(
        "Bits that each finding adds, learnt from these files. Sex and nationality add less where names "
        "agree already; a rare name adds more than is written here, a common one less."
    )
    start = _("Every pair starts at {bits}: among all pairs few are one person.")
    heads = (pgettext("report", "field"), _("what is found"), pgettext("report", "bits"))
    return pages.section(
        _("What agreement is worth"),
        pages.paragraph(start.format(bits=words.signed(found.model.prior_bits))),
        pages.table(heads, rows, caption=caption, numbers=(2,)),
    )


def _range(low: float, high: float) -> str:
    if high - low < 0.05:
        return words.signed(high)
    return _("{first} to {last}").format(first=words.signed(low), last=words.signed(high))


_TOLD_OF_NAMES = {0, 7, 13, 14, 18, 20, 23, 25, 26}


def _examples(study: Study, found: Findings) -> str:
    rows = []
    for band in (Band.SAME, Band.ASK):
        places = chosen(found, (band,))
        every = max(1, len(places) // (MOST_SHOWN // 2))
        rows += [_example(study, found, band, int(place)) for place in places[::every][: MOST_SHOWN // 2]]
    caption = _("Names are here because they were asked for: keep this page where the files are kept.")
    heads = (
        pgettext("report", "band"),
        pgettext("record", "one"),
        pgettext("record", "other"),
        pgettext("report", "chance"),
        pgettext("report", "bits"),
    )
    return pages.section(_("Some pairs"), pages.table(heads, rows, caption=caption, numbers=(3,)))


def _example(study: Study, found: Findings, band: Band, place: int) -> list[str]:
    left, right = int(found.compared.left[place]), int(found.compared.right[place]) + study.split
    gave = [
        f"{words.field(field.name)} {words.signed(bits)}"
        for field, bits in zip(found.model.fields, found.bits[place], strict=True)
        if abs(bits) >= 0.05
    ]
    chance = float(found.chances[place])
    told = _("over {share}").format(share=percent(_SURE)) if chance > _SURE else percent(chance)
    return [words.band(band), study.names[left], study.names[right], told, in_a_row(gave)]


def _looked(asked: Asked, study: Study, found: Findings) -> str:
    records = study.records
    shares = keys.sentences(tuple(records.numbers), (*records.numbers, *records.texts))
    rows = [
        [shares[name], number(pairs), number(out) if out else "–"]
        for name, pairs, out in found.candidates.by_pass
    ]
    caption = _(
        "Left out are blocks in which too many people share one key: it says too little. A pair may be found "
        "by several keys."
    )
    compared = _("Pairs that share one of these keys: {pairs} of {all}.")
    nothing = _("Records with neither a name nor a date of birth: {count}.")
    without = nothing.format(count=few(study.nothing, asked.least_shown))
    heads = (pgettext("report", "a pair"), pgettext("report", "pairs"), pgettext("report", "left out"))
    return pages.section(
        _("Which pairs were compared"),
        pages.paragraph(compared.format(pairs=number(len(found.chances)), all=number(records.all_pairs))),
        *([pages.paragraph(without)] if study.nothing else []),
        pages.table(heads, rows, caption=caption, numbers=(1, 2)),
    )


def _made(asked: Asked, study: Study) -> str:
    rows = [[name, digest] for name, digest in study.files.items()]
    says = _(
        "Fellegi and Sunter's weights, learnt by expectation-maximisation; seed {seed}. Everything happened "
        "on this machine."
    )
    return pages.section(
        _("How this was made"),
        pages.paragraph(says.format(seed=asked.seed)),
        pages.table((pgettext("report", "file"), "SHA-256"), rows, caption=_("What was read.")),
    )
