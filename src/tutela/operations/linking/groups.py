"""Who is found, and who less often: pairs by the script of the names and by sex."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import numpy as np

from tutela.engines.linkage import Band
from tutela.operations.language import gettext as _
from tutela.operations.language import listed, locale, percent, pgettext
from tutela.operations.linking import words
from tutela.operations.linking.asked import Asked
from tutela.operations.linking.reading import SEX, Study
from tutela.operations.linking.working import Findings
from tutela.operations.reports import pages
from tutela.operations.reports.telling import few

_SCRIPTS = {
    "ARABIC": "Arab", "ARMENIAN": "Armn", "BENGALI": "Beng", "CYRILLIC": "Cyrl", "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi", "GEORGIAN": "Geor", "GREEK": "Grek", "GUJARATI": "Gujr", "GURMUKHI": "Guru",
    "HANGUL": "Hang", "HEBREW": "Hebr", "HIRAGANA": "Hira", "KANNADA": "Knda", "KATAKANA": "Kana",
    "KHMER": "Khmr", "LAO": "Laoo", "LATIN": "Latn", "MALAYALAM": "Mlym", "MONGOLIAN": "Mong",
    "ORIYA": "Orya", "SINHALA": "Sinh", "TAMIL": "Taml", "TELUGU": "Telu", "THAI": "Thai", "TIBETAN": "Tibt",
}  # fmt: skip
"""First words of the names that Unicode gives letters, and the codes of scripts in ISO 15924."""


def section(asked: Asked, study: Study, found: Findings) -> str:
    tables = [
        _table(
            _("script of the names"),
            _(
                "Pairs by script of the names, and the errors that the model expects. “A and B”: the records "
                "differ."
            ),
            _by_group(asked, study, found, lambda row: script(study.names[row])),
        )
    ]
    if SEX in study.records.codes:
        sexes = study.records.codes[SEX]
        rows = _by_group(asked, study, found, lambda row: words.sex(sexes[row]))
        caption = _("Pairs by sex, and the errors that the model expects. “A and B”: the records differ.")
        tables.append(_table(words.field(SEX), caption, rows))
    return pages.section(_("Who is found, and who less often"), *tables)


def _table(head: str, caption: str, rows: list[list[str]]) -> str:
    heads = (
        head,
        pgettext("pairs", "the same"),
        _("wrong among them"),
        pgettext("pairs", "ask a person"),
        _("one person among them"),
    )
    return pages.table(heads, rows, caption=caption, numbers=(1, 2, 3, 4))


def _by_group(asked: Asked, study: Study, found: Findings, of: Callable[[int], str]) -> list[list[str]]:
    groups: dict[str, list[int]] = {}
    for place in np.nonzero(found.band != Band.DIFFERENT.value)[0]:
        ends = {of(int(found.compared.left[place])), of(int(found.compared.right[place]) + study.split)}
        groups.setdefault(listed(sorted(ends)), []).append(int(place))
    rows = []
    for name, places in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        band, chance = found.band[places], found.chances[places]
        same, ask = chance[band == Band.SAME.value], chance[band == Band.ASK.value]
        wrong = percent(1 - same.mean(), 1) if len(same) >= asked.least_shown else "–"
        right = percent(ask.mean()) if len(ask) >= asked.least_shown else "–"
        shown = [few(len(one), asked.least_shown) for one in (same, ask)]
        rows.append([name, shown[0], wrong, shown[1], right])
    return rows


def script(name: str) -> str:
    """Of the first letter of a name."""
    letter = next((one for one in name if one.isalpha()), "")
    if not letter:
        return pgettext("script", "no name")
    first = unicodedata.name(letter, "OTHER").split()[0]
    ours = {"CJK": pgettext("script", "Chinese"), "MYANMAR": pgettext("script", "Burmese")}
    return ours.get(first) or str(locale().scripts.get(_SCRIPTS.get(first, ""), first.title()))
