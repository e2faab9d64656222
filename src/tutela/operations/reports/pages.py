"""A report as one HTML page that stands alone: no script, nothing fetched, the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

from tutela import __version__
from tutela.operations.language import direction, gettext, isolated, pgettext, rtl, spoken
from tutela.operations.refusals import Refused

FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DAY, _UNBROKEN = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b"), r'<span class="day">\g<0></span>'
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = """
:root { color-scheme: light dark; --ink: #1d2327; --soft: #545f66; --line: #c9d0d4; --ground: #fff;
  --tint: #f3f6f7; --mark: #b34700; --other: #00588f; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceff1; --soft: #b3bec4; --line: #47525a;
  --ground: #14191c; --tint: #1f272b; --mark: #ff9a4d; --other: #6cbcf5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-inline-size: 62rem; font: 1rem/1.5 system-ui, sans-serif;
  color: var(--ink); background: var(--ground); }
h1 { font-size: 1.75rem; line-height: 1.2; margin-block: 0 .25rem; }
h2 { font-size: 1.25rem; margin-block: 2rem .5rem; }
p, li { max-inline-size: 46rem; }
.lead { font-size: 1.125rem; }
.soft, figcaption { color: var(--soft); font-size: .9rem; }
.note { border-inline-start: .25rem solid var(--other); background: var(--tint); padding: .6rem 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: start; vertical-align: top; padding-block: .35rem; padding-inline: 0 .75rem;
  border-block-end: 1px solid var(--line); }
th { font-weight: 600; }
.day { white-space: nowrap; }
td.number, th.number { text-align: end; padding-inline: .75rem; }
.pictures { display: flex; flex-wrap: wrap; gap: 1.5rem; margin-block: 1.5rem; }
figure { margin: 0; flex: 1 1 20rem; min-inline-size: 0; max-inline-size: 34rem; }
svg { inline-size: 100%; block-size: auto; background: var(--tint); direction: ltr; }
@media print { body { padding: 0; max-inline-size: none; font-size: .85rem; }
  h2, figure, tr { break-inside: avoid; } }
"""


def page(*, title: str, sections: Iterable[str], style: str = "") -> str:
    """A whole document; sections are HTML already. `style` is added to the one of the house."""
    made = gettext("Made with Tutela {version}.").format(version=__version__)
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{spoken()}" dir="{direction()}"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{escape(title)}</title><style>{_STYLE}{style}</style></head><body><main>",
            f"<h1>{escape(title)}</h1>",
            *sections,
            f'<p class="soft">{escape(made)}</p>',
            "</main></body></html>\n",
        ]
    )


def section(title: str, *content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>\n" + "\n".join(content) + "\n</section>"


def paragraph(words: str, *, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(words)}</p>' if kind else f"<p>{escape(words)}</p>"


def bullets(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, numbers: Sequence[int] = ()
) -> str:
    """Rows under heads; `numbers` are the columns that stand at their end. A wide table scrolls, its caption
    does not. Where the page runs from right to left each cell keeps its own direction."""

    def cells(values: Sequence[str], tag: str) -> str:
        def kind(place: int) -> str:
            return (' scope="col"' if tag == "th" else "") + (' class="number"' if place in numbers else "")

        def said(value: str) -> str:
            words = _DAY.sub(_UNBROKEN, escape(value))
            return f"<bdi>{words}</bdi>" if rtl() else words

        return "".join(f"<{tag}{kind(n)}>{said(value)}</{tag}>" for n, value in enumerate(values))

    body = "\n".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return (
        f'<p class="soft">{escape(caption)}</p><div class="scroll"><table aria-label="{escape(caption)}">'
        f"<thead><tr>{cells(heads, 'th')}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def made_from(settings: Iterable[Sequence[str]], files: Mapping[str, str]) -> list[str]:
    """What a report was told, and the digest of each file that was read."""
    return [
        table([gettext("Setting"), gettext("Value")], settings, caption=gettext("Settings")),
        table(
            [pgettext("report", "File"), "SHA-256"],
            [list(one) for one in files.items()],
            caption=gettext("Files that were read"),
        ),
    ]


def figure(drawing: str, caption: str) -> str:
    """A drawing that is SVG already, with the words under it."""
    return f"<figure>{drawing}<figcaption>{escape(caption)}</figcaption></figure>"


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """A folder to write a report into, file by file, which then takes the place of what was in `folder`.

    Who reads meanwhile, or after a full disk, finds the old files. A machine that dies while the finished
    files are moved can leave some of the old ones among the new. Raises Refused.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".report-", dir=folder) as beside:
            yield Path(beside)
            for path in sorted(Path(beside).iterdir()):
                path.replace(folder / path.name)
    except OSError as error:
        says = gettext("{folder} cannot be written to: {problem}.")
        raise Refused(says.format(folder=isolated(str(folder)), problem=error.strerror or error)) from error


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_csv(path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows for a spreadsheet; no text in them is taken for a formula."""
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    path.write_text(into.getvalue(), encoding="utf-8")


def _inert(cell: object) -> object:
    if isinstance(cell, str) and (cell.lstrip().startswith(FORMULA) or cell.startswith(("\t", "\r"))):
        return f"'{cell}"
    return cell
