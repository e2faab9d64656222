"""Counts equal lines with DuckDB: all cores, a bound on memory, and the disk beyond it."""

from __future__ import annotations

import tempfile
from collections.abc import Generator

import duckdb

from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, number
from tutela.operations.reading.files import SPACE, Form, Source
from tutela.operations.refusals import Refused

_AT_ONCE = 50_000


class CannotRead(Exception):
    """DuckDB does not understand this text; it may be readable all the same."""


def count(
    source: Source, headings: tuple[str, ...], *, memory_mb: int
) -> Generator[tuple[str | int, ...], None, None]:
    """Different cells under `headings` and how many lines have them, the line that stands first first."""
    names = [f"c{place}" for place in range(len(headings))]
    cells = ", ".join(
        f"{text_of(source, heading)} as {name}" for heading, name in zip(headings, names, strict=True)
    )
    keys = ", ".join(names)
    question = f"""
        with line as (
            select {cells}, row_number() over () as place from {_table(source)} where {_filled(source)}
        )
        select {keys}, count(*) from line group by {keys} order by min(place)
    """  # noqa: S608 - every part is ours or quoted
    with tempfile.TemporaryDirectory(prefix="tutela-") as overflow, duckdb.connect() as connection:
        for setting in (
            f"memory_limit = '{memory_mb}MB'",
            f"temp_directory = {quoted(overflow)}",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "preserve_insertion_order = true",
            "enable_progress_bar = false",
        ):
            connection.execute(f"set {setting}")
        try:
            answer = connection.execute(question)
            while rows := answer.fetchmany(_AT_ONCE):
                yield from rows
        except duckdb.OutOfMemoryException as error:
            raise Refused(
                _("{file}: {size} MB do not suffice to count these lines.").format(
                    file=isolated(str(source.paths[0])), size=number(memory_mb)
                )
            ) from error
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            if source.form is Form.CSV:
                raise CannotRead from error
            raise Refused(f"{source.paths[0]}: {str(error).splitlines()[0]}") from error


def text_of(source: Source, heading: str) -> str:
    """SQL for one cell as text: days without their hour, whole numbers without a point, nothing as ''."""
    place = source.heading.index(heading)
    if source.form is Form.CSV:
        return f"coalesce(k{place}, '')"
    column, kind = '"' + heading.replace('"', '""') + '"', source.kinds[place]
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        at_utc = f"timezone('UTC', {column})" if kind.endswith("TIME ZONE") else column
        text = f"strftime({at_utc}, '%Y-%m-%d')"
    elif kind in {"DOUBLE", "FLOAT"}:
        is_whole = f"{column} = floor({column}) and abs({column}) < 1e15"
        text = f"case when {is_whole} then ({column}::bigint)::varchar else {column}::varchar end"
    else:
        text = f"{column}::varchar"
    return f"coalesce({text}, '')"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _table(source: Source) -> str:
    files = "[" + ", ".join(quoted(str(path.absolute())) for path in source.paths) + "]"
    if source.form is Form.PARQUET:
        return f"read_parquet({files}, hive_partitioning = false)"
    columns = ", ".join(f"'k{place}': 'VARCHAR'" for place in range(len(source.heading)))
    return (
        f"read_csv({files}, header = true, auto_detect = false, delim = {quoted(source.delimiter)}, "
        f"quote = '\"', escape = '\"', null_padding = true, strict_mode = false, "
        f"hive_partitioning = false, parallel = {str(not source.quoted).lower()}, columns = {{{columns}}})"
    )


def _filled(source: Source) -> str:
    """Lines with nothing in them are no lines."""
    if source.form is Form.PARQUET:
        return "true"
    columns = range(len(source.heading))
    return " or ".join(f"trim(coalesce(k{place}, ''), {quoted(SPACE)}) <> ''" for place in columns)
