"""The page about two files for people: how many pairs, what the bands mean, what is not known."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable

import numpy as np

from tutela.engines.linkage import Band
from tutela.operations.linking import drawing, words
from tutela.operations.linking.asked import Asked
from tutela.operations.linking.comparing import NAME
from tutela.operations.linking.reading import SEX, Study
from tutela.operations.linking.reviewing import Answer, Reviewed
from tutela.operations.linking.working import Findings, chosen, pair_ids
from tutela.operations.reports import pages

_ORDER = (Band.SAME, Band.ASK, Band.DIFFERENT)
_KINDS = ("same", "ask", "different")
MOST_SHOWN = 20


def page(asked: Asked, study: Study, found: Findings, reviewed: Reviewed | None) -> str:
    sections = [
        pages.paragraph(_lead(asked, study, found), kind="lead"),
        pages.paragraph(words.LIMITS[0], kind="note"),
        _scores(asked, found),
        _bands(asked, found),
        *([_answers(found, study, reviewed, asked)] if reviewed else []),
        _worth(found),
        *([_examples(study, found)] if asked.show_names else []),
        _groups(asked, study, found),
        _looked(asked, study, found),
        pages.section("What this cannot say", pages.bullets((*_of_one_file(asked), *words.LIMITS[1:]))),
        _made(asked, study),
    ]
    return pages.page(title="People who may be in the files twice", style=drawing.STYLE, sections=sections)


def _of_one_file(asked: Asked) -> tuple[str, ...]:
    return (words.ONE_FILE,) if asked.other is None or asked.several else ()


def _signed(bits: float) -> str:
    return f"{bits:+.1f}".replace("-", "−")


def _count(found: Findings, band: Band) -> int:
    return int((found.band == band.value).sum())


def _shown(number: int, asked: Asked) -> str:
    return f"{number:,}" if number == 0 or number >= asked.least_shown else f"fewer than {asked.least_shown}"


def _lead(asked: Asked, study: Study, found: Findings) -> str:
    left, right = study.records.sizes
    what = f"{left:,} and {right:,} records" if asked.other else f"{study.records.total:,} records"
    same, ask = (_shown(_count(found, band), asked) for band in (Band.SAME, Band.ASK))
    return f"Of {what}, {same} pairs look like the same person, and {ask} pairs somebody has to look at."


def _scores(asked: Asked, found: Findings) -> str:
    bits = found.bits.sum(axis=1) + found.model.prior_bits
    order = tuple(reversed(_ORDER))
    picture = drawing.histogram(
        drawing.spread(bits, found.band, [band.value for band in order]),
        kinds=tuple(reversed(_KINDS)),
        least=asked.least_shown,
        says=f"Pairs by score: {_count(found, Band.SAME):,} are called the same.",
    )
    caption = (
        "The score adds up what every field gives, in bits: each bit doubles the odds, and at 0 two "
        "records are "
        "as likely one person as not. Each line is ten times the one below. Where rivals share a "
        "record, a pair "
        "may fall into a lower band than its score."
    )
    return pages.section("Scores", f'<div class="pictures">{pages.figure(picture, caption)}</div>')


def _bands(asked: Asked, found: Findings) -> str:
    rows = []
    for band in _ORDER:
        inside = found.chances[found.band == band.value]
        name, todo = words.BANDS[band]
        one = float(inside.sum())
        rows.append(
            [name, _shown(len(inside), asked), _about(one, asked), _about(len(inside) - one, asked), todo]
        )
    lines = found.lines
    drawn = (
        f"“The same” begins at a chance of {lines.same_from:.0%}, so that about "
        f"{lines.wrong_among_same:.1%} of them are not (asked for: at most {asked.wrong:.1%})."
        if lines.same_from <= 1
        else f"No pair is sure enough to be called the same with at most {asked.wrong:.1%} wrong."
    )
    lost = (
        f"“Different” ends at {lines.ask_from:.1%}, so that about {lines.lost_as_different:.1%} of the pairs "
        f"of one person are lost among them (asked for: at most {asked.lost:.1%})."
        if lines.ask_from <= 1
        else "No pair is sure enough to ask anybody about."
    )
    if lines.lost_as_different > asked.lost:
        lost += " To lose fewer, somebody would have to look at twenty pairs and more to find one."
    heads = ("band", "pairs", "one person, about", "not, about", "what to do")
    return pages.section(
        "Three bands",
        pages.table(heads, rows, caption="By the model's own chances.", numbers=(1, 2, 3)),
        pages.paragraph(f"{drawn} {lost}"),
    )


def _about(number: float, asked: Asked) -> str:
    return _shown(round(number), asked)


def _answers(found: Findings, study: Study, reviewed: Reviewed, asked: Asked) -> str:
    """What people said, beside what the model expected of the same pairs."""
    rows = []
    said: dict[Band, list[tuple[Answer, float]]] = {band: [] for band in _ORDER}
    for place in range(len(found.chances)) if reviewed.answers else ():
        if found.band[place] == Band.DIFFERENT.value and found.chances[place] < 1e-6:
            continue
        answer = reviewed.answers.get(pair_ids(study, found, place))
        if answer is not None:
            said[Band(str(found.band[place]))].append((answer, float(found.chances[place])))
    for band, answers in said.items():
        if not answers:
            continue
        counts = Counter(answer for answer, _ in answers)
        decided = counts[Answer.SAME] + counts[Answer.DIFFERENT]
        share = f"{counts[Answer.SAME] / decided:.0%}" if decided >= asked.least_shown else "too few to say"
        rows.append(
            [
                words.BANDS[band][0],
                *(_shown(counts[answer], asked) for answer in Answer),
                share,
                f"{np.mean([chance for _, chance in answers]):.0%}",
            ]
        )
    heads = ("band", "same", "different", "unsure", "the same, by people", "by the model")
    caption = "Where the last two columns are far apart the model is wrong about these files: trust people."
    return pages.section(
        "What people said", pages.table(heads, rows, caption=caption, numbers=(1, 2, 3, 4, 5))
    )


def _worth(found: Findings) -> str:
    """The levels of each field with the bits they are worth; of a name only a few of many."""
    rows = []
    for field, weights in zip(found.model.fields, found.model.weights, strict=True):
        shown = [len(field.levels) - 1, *range(len(field.levels) - 2, -1, -1)]
        if field.name == NAME:
            shown = [place for place in shown if place in _TOLD_OF_NAMES]
        for at, place in enumerate(shown):
            bits = weights.bits[:, place]
            low, high = float(bits.min()), float(bits.max())
            told = _signed(high) if high - low < 0.05 else f"{_signed(low)} to {_signed(high)}"
            rows.append(["" if at else field.name, field.levels[place], told])
    caption = (
        "Bits that each finding adds, learnt from these files. Sex and nationality add less where "
        "names agree "
        "already; a rare name adds more than is written here, a common one less."
    )
    start = f"Every pair starts at {_signed(found.model.prior_bits)}: among all pairs few are one person."
    return pages.section(
        "What agreement is worth",
        pages.paragraph(start),
        pages.table(("field", "what is found", "bits"), rows, caption=caption, numbers=(2,)),
    )


_TOLD_OF_NAMES = {0, 7, 13, 14, 18, 20, 23, 25, 26}


def _examples(study: Study, found: Findings) -> str:
    rows = []
    for band in (Band.SAME, Band.ASK):
        places = chosen(found, (band,))
        for place in places[:: max(1, len(places) // (MOST_SHOWN // 2))][: MOST_SHOWN // 2]:
            left, right = int(found.compared.left[place]), int(found.compared.right[place]) + study.split
            gave = ", ".join(
                f"{field.name} {_signed(bits)}"
                for field, bits in zip(found.model.fields, found.bits[place], strict=True)
                if abs(bits) >= 0.05
            )
            rows.append(
                [
                    words.BANDS[band][0],
                    study.names[left],
                    study.names[right],
                    "over 99%" if found.chances[place] > 0.99 else f"{found.chances[place]:.0%}",
                    gave,
                ]
            )
    caption = "Names are here because they were asked for: keep this page where the files are kept."
    heads = ("band", "one", "other", "chance", "bits")
    return pages.section("Some pairs", pages.table(heads, rows, caption=caption, numbers=(3,)))


def _groups(asked: Asked, study: Study, found: Findings) -> str:
    kinds: dict[str, Callable[[int], str]] = {"script of the names": lambda row: _script(study.names[row])}
    if SEX in study.records.codes:
        sexes = study.records.codes[SEX]
        kinds["sex"] = lambda row: words.SEXES.get(sexes[row], sexes[row])
    tables = [
        pages.table(
            (kind, "the same", "wrong among them", "ask a person", "one person among them"),
            _by_group(asked, study, found, of),
            caption=f"Pairs by {kind}, and the errors that the model expects. “A and B”: the records differ.",
            numbers=(1, 2, 3, 4),
        )
        for kind, of in kinds.items()
    ]
    return pages.section("Who is found, and who less often", *tables)


def _by_group(asked: Asked, study: Study, found: Findings, of: Callable[[int], str]) -> list[list[str]]:
    groups: dict[str, list[int]] = {}
    for place in np.nonzero(found.band != Band.DIFFERENT.value)[0]:
        ends = {of(int(found.compared.left[place])), of(int(found.compared.right[place]) + study.split)}
        groups.setdefault(" and ".join(sorted(ends)), []).append(int(place))
    rows = []
    for name, places in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        band, chance = found.band[places], found.chances[places]
        same, ask = chance[band == Band.SAME.value], chance[band == Band.ASK.value]
        wrong = f"{1 - same.mean():.1%}" if len(same) >= asked.least_shown else "–"
        right = f"{ask.mean():.0%}" if len(ask) >= asked.least_shown else "–"
        rows.append([name, _shown(len(same), asked), wrong, _shown(len(ask), asked), right])
    return rows


def _script(name: str) -> str:
    letter = next((one for one in name if one.isalpha()), "")
    if not letter:
        return "no name"
    return {"CJK": "Chinese", "MYANMAR": "Burmese"}.get(
        script := unicodedata.name(letter, "OTHER").split()[0], script.title()
    )


def _looked(asked: Asked, study: Study, found: Findings) -> str:
    rows = [
        [f"shares {name}", f"{number:,}", f"{out:,}" if out else "–"]
        for name, number, out in found.candidates.by_pass
    ]
    caption = (
        "Left out are blocks in which too many people share one key: it says too little. "
        "A pair may be found by several keys."
    )
    nothing = (
        [pages.paragraph(f"{_shown(study.nothing, asked)} records have neither a name nor a date of birth.")]
        if study.nothing
        else []
    )
    return pages.section(
        "Which pairs were compared",
        pages.paragraph(
            f"{len(found.chances):,} of {study.records.all_pairs:,} pairs share one of these keys."
        ),
        *nothing,
        pages.table(("a pair", "pairs", "left out"), rows, caption=caption, numbers=(1, 2)),
    )


def _made(asked: Asked, study: Study) -> str:
    rows = [[name, digest] for name, digest in study.files.items()]
    return pages.section(
        "How this was made",
        pages.paragraph(
            f"Fellegi and Sunter's weights, learnt by expectation-maximisation; seed {asked.seed}. "
            "Everything happened on this machine."
        ),
        pages.table(("file", "SHA-256"), rows, caption="What was read."),
    )
