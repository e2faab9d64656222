"""Reads posts from what people hold: CSV, JSON lines, Parquet, web archives and mailboxes, a post at a time.

A row that cannot be used is told with its line and reason, and never stops the rest.
"""

from __future__ import annotations

import csv
import gzip
import json
import mailbox
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated, ngettext, number
from tutela.operations.refusals import Refused

_T = TypeVar("_T")
COLUMNS = ("id", "text", "date", "place", "country", "source")
LONGEST = 20_000
"""Characters of a post that are read: what is longer is no advert, and its rest is left out."""
_BATCH = 10_000
_BROKEN = re.compile("[\ud800-\udfff]")
csv.field_size_limit(50_000_000)


@dataclass(frozen=True, slots=True)
class Post:
    """One post as it was found: `line` counts from 1 (in a web archive or mailbox, the records)."""

    line: int
    id: str
    text: str
    at: datetime | None
    place: str
    country: str
    source: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row, or part of one, that could not be used, and why."""

    line: int
    reason: str
    lost: bool = True
    """False where the post was kept, and only its date was not understood."""


Row = Post | BadRow
Fields = Mapping[str, Any]


def read(path: Path, *, columns: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Every row of `path`, in order. `columns` says which columns of the file make one of `COLUMNS`.

    Raises Refused where the file cannot be opened, is of no known kind, or has no text.
    """
    if not path.is_file():
        raise Refused(_("{file} cannot be read.").format(file=isolated(str(path))))
    readers: dict[str, Callable[[Path, Mapping[str, Sequence[str]]], Iterator[Row]]] = {
        ".csv": _csv, ".tsv": _csv, ".jsonl": _json_lines, ".ndjson": _json_lines, ".parquet": _parquet,
        ".warc": _web_archive, ".wet": _web_archive, ".mbox": _mailbox,
    }  # fmt: skip
    kind = next((end for end in reversed(path.suffixes) if end.lower() != ".gz"), "").lower()
    if kind not in readers:
        known = in_a_row([isolated(end) for end in sorted(readers)])
        raise Refused(
            _("{file} is of no known kind. Known: {known}, also as {packed}.").format(
                file=isolated(path.name), known=known, packed=isolated(".gz")
            )
        )
    return readers[kind](path, columns)


# ---------------------------------------------------------------- tables
def _csv(path: Path, columns: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    with _opened(path) as stream:
        first = stream.readline()
        heading = next(csv.reader([first], delimiter=_delimiter(first)), [])
        names = [name.strip() for name in heading]
        wanted = _wanted(path, names, columns)
        yield from _csv_rows(csv.reader(stream, delimiter=_delimiter(first)), names, wanted)


def _csv_rows(reader: Any, names: list[str], wanted: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    while True:
        line = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            yield BadRow(line, _("is no CSV: {problem}.").format(problem=problem))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            has = ngettext(
                "has {count} column, the heading {heading}.",
                "has {count} columns, the heading {heading}.",
                len(cells),
            )
            yield BadRow(line, has.format(count=number(len(cells)), heading=number(len(names))))
        else:
            yield from _posts(line, dict(zip(names, cells, strict=True)), wanted)


def _delimiter(heading: str) -> str:
    return max(",;\t", key=heading.count)


def _json_lines(path: Path, columns: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    wanted: Mapping[str, Sequence[str]] | None = None
    with _opened(path) as stream:
        for line, written in enumerate(stream, start=1):
            if not written.strip():
                continue
            try:
                fields = json.loads(written)
            except (ValueError, RecursionError):
                yield BadRow(line, _("is no JSON."))
                continue
            if not isinstance(fields, dict):
                yield BadRow(line, _("is no JSON object with named fields."))
                continue
            if wanted is None:
                wanted = _wanted(path, list(fields), columns)
            yield from _posts(line, fields, wanted)


def _parquet(path: Path, columns: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    import duckdb

    try:
        table = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)])
    except duckdb.Error as problem:
        raise Refused(
            _("{file} is no Parquet that can be read.").format(file=isolated(str(path)))
        ) from problem
    names = [column[0] for column in table.description or ()]
    wanted = _wanted(path, names, columns)
    line = 0
    while rows := table.fetchmany(_BATCH):
        for row in rows:
            line += 1
            yield from _posts(line, dict(zip(names, row, strict=True)), wanted)


def _wanted(
    path: Path, names: Sequence[str], columns: Mapping[str, Sequence[str]]
) -> Mapping[str, Sequence[str]]:
    """Which columns of the file make each of ours: as told, else those of our own names."""
    found = {ours: columns.get(ours, (ours,) if ours in names else ()) for ours in COLUMNS}
    missing = sorted({name for given in found.values() for name in given} - set(names))
    if missing or not found["text"]:
        absent = missing[0] if missing else "text"
        raise Refused(
            _(
                "{file} has no column “{column}”. It has: {columns}. Say which one is meant: {option} "
                "(several make one text: {several})."
            ).format(
                file=isolated(path.name),
                column=absent,
                columns=in_a_row([isolated(name) for name in names]),
                option=isolated("--column text=NAME"),
                several=isolated("--column text=title+body"),
            )
        )
    return found


def _posts(line: int, fields: Fields, wanted: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    values = {ours: _joined(fields, given) for ours, given in wanted.items()}
    if not values["text"]:
        yield BadRow(line, _("has no text."))
        return
    if any(_BROKEN.search(value) for value in values.values()):
        yield BadRow(line, _("is not in UTF-8."))
        return
    at = _moment(fields[wanted["date"][0]]) if wanted["date"] and values["date"] else None
    if values["date"] and at is None:
        not_understood = _("the date “{value}” was not understood.").format(value=values["date"][:40])
        yield BadRow(line, not_understood, lost=False)
    yield Post(
        line,
        values["id"] or str(line),
        values["text"][:LONGEST],
        at,
        values["place"],
        values["country"].upper() if re.fullmatch("[A-Za-z]{2}", values["country"]) else "",
        values["source"],
    )


def _joined(fields: Fields, names: Sequence[str]) -> str:
    parts = [fields.get(name) for name in names]
    return "\n".join(str(part).replace("\0", " ").strip() for part in parts if part not in (None, ""))


def _moment(written: Any) -> datetime | None:
    """A day or time: ISO 8601, or seconds since 1970 where it is a number. Without a zone, UTC is meant."""
    if isinstance(written, datetime):
        found: datetime | None = written
    elif isinstance(written, date):
        found = datetime(written.year, written.month, written.day, tzinfo=UTC)
    else:
        found = _read_moment(str(written).strip())
    if found is not None and found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return found.astimezone(UTC) if found is not None and 1990 <= found.year <= 2100 else None


def _read_moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        pass
    try:
        if re.fullmatch(r"\d{9,10}(\.\d+)?", written):
            return datetime.fromtimestamp(float(written), tz=UTC)
        return parsedate_to_datetime(written)
    except (ValueError, OverflowError):
        return None


# ---------------------------------------------------------------- archives and mail
def _web_archive(path: Path, _columns: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Pages as they were answered (WARC) or their text (WET)."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    with path.open("rb") as stream:
        records = ArchiveIterator(stream)
        for line in range(1, 1 << 62):
            try:
                record = next(records)
            except StopIteration:
                return
            except (ArchiveLoadFailed, EOFError, OSError) as problem:
                yield BadRow(line, _("the archive breaks off here: {problem}.").format(problem=problem))
                return
            if record.rec_type in ("response", "resource", "conversion"):
                yield _page(line, record)


def _page(line: int, record: Any) -> Row:
    header = record.rec_headers
    address = header.get_header("WARC-Target-URI") or ""
    try:
        written = record.content_stream().read(5_000_000)
    except (EOFError, OSError, ValueError) as problem:
        return BadRow(line, _("the page cannot be unpacked: {problem}.").format(problem=problem))
    answered = record.http_headers
    kind = (answered.get_header("Content-Type") if answered else header.get_header("Content-Type")) or ""
    if not re.match(r"\s*(text/|application/xhtml)", kind):
        return BadRow(
            line,
            _("is no text but {kind}.").format(kind=isolated(kind))
            if kind
            else _("does not say what kind of text it is."),
        )
    charset = re.search(r"charset=[\"']?([\w\-]+)", kind)
    text = _decoded(written, charset[1] if charset else "utf-8")
    text = text_of_html(text) if "html" in kind else text.strip()
    if not text:
        return BadRow(line, _("has no text."))
    at = _moment(header.get_header("WARC-Date") or "")
    return Post(line, header.get_header("WARC-Record-ID") or str(line), text[:LONGEST], at, "", "", address)


def _mailbox(path: Path, _columns: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    with closing(mailbox.mbox(path, create=False)) as messages:
        for line, message in enumerate(messages, start=1):
            text = _words_of(message)
            if not text:
                yield BadRow(line, _("has no text."))
                continue
            at = _moment(str(message.get("Date", "")))
            subject = str(message.get("Subject", "")).strip()
            name = str(message.get("Message-ID", line))
            yield Post(line, name, f"{subject}\n{text}".strip()[:LONGEST], at, "", "", "")


def _words_of(message: Message) -> str:
    """The first part that is text; HTML without its marks."""
    for part in message.walk():
        if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                text = _decoded(payload, part.get_content_charset() or "utf-8")
                return text_of_html(text) if part.get_content_subtype() == "html" else text.strip()
    return ""


def _decoded(written: bytes, charset: str) -> str:
    try:
        return written.decode(charset, errors="replace")
    except LookupError:
        return written.decode("utf-8", errors="replace")


def text_of_html(written: str) -> str:
    """The words of a page, without scripts and styles; blocks stand on lines of their own."""
    reader = _Words()
    reader.feed(written)
    reader.close()
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(reader.words).split("\n"))
    return "\n".join(line for line in lines if line)


class _Words(HTMLParser):
    _SILENT = frozenset({"script", "style", "noscript", "template", "head"})
    _INLINE = frozenset({"a", "b", "i", "em", "strong", "span", "u", "small", "font", "sub", "sup", "mark"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT
        if tag not in self._INLINE:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._SILENT))
        if tag not in self._INLINE:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def _opened(path: Path) -> IO[str]:
    """Text of a plain or packed file; what is not UTF-8 is marked, to be told with its line."""
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def batches(posts: Iterator[_T], size: int = _BATCH) -> Iterator[list[_T]]:
    """Posts, or texts, in lists of `size`, the last one shorter."""
    while batch := list(islice(posts, size)):
        yield batch
