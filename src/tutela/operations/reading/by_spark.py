"""Counts equal lines with Spark: the same question on as many machines as there are."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from tutela.operations.language import gettext as _
from tutela.operations.reading.files import SPACE, Form, Source
from tutela.operations.refusals import Refused

_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",
}
"""Where it runs is Spark's own setting: this machine, unless spark-defaults.conf names a cluster."""
_BATCH = 50_000


def count(source: Source, headings: tuple[str, ...]) -> Generator[tuple[str | int, ...], None, None]:
    """Different cells under `headings` and how many lines have them, the line that stands first first.

    Raises Refused with one line where Spark is not there or gives up.
    """
    with _session() as session:
        from pyspark.errors import PySparkException

        try:
            table = _counted(session, source, headings).toArrow()
        except PySparkException as error:
            raise Refused(f"Spark: {str(error).splitlines()[0]}") from error
        for batch in table.to_batches(max_chunksize=_BATCH):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


@contextmanager
def _session() -> Iterator[Any]:
    """The session that runs already, or one for this question alone."""
    # Nothing here uses pandas, of which Spark says that it knows only older ones.
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise Refused(_("Spark is not installed: ./run add spark. It needs Java 17 or newer.")) from error
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise Refused(
            _("Spark needs Java 17 or newer, and there is none: ./run doctor says how to install it.")
        )
    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    builder = SparkSession.builder.appName("tutela")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise Refused(
            _("Spark did not start: {problem}").format(problem=str(error).splitlines()[0])
        ) from error
    try:
        yield session
    finally:
        session.stop()


def _counted(session: Any, source: Source, headings: tuple[str, ...]) -> Any:
    """Counts by line. Where a line stands: its file, the part of the file, its place in the part."""
    from pyspark.sql import functions as f

    table = _read(session, source)
    names = [f"c{place}" for place in range(len(headings))]
    cells = [_text(f, source, heading).alias(name) for heading, name in zip(headings, names, strict=True)]
    where = [
        f.col("_metadata.file_path"),
        f.col("_metadata.file_block_start"),
        f.monotonically_increasing_id(),
    ]
    lines = table.where(_filled(f, source)).select(*cells, f.struct(*where).alias("at"))
    counted = lines.groupBy(*names).agg(f.count("*").alias("times"), f.min("at").alias("first"))
    return counted.orderBy("first").drop("first")


def _read(session: Any, source: Source) -> Any:
    from pyspark.sql.types import StringType, StructField, StructType

    files = [f"file://{path.absolute()}" for path in source.paths]
    if source.form is Form.PARQUET:
        return session.read.parquet(*files)
    columns = [StructField(f"k{place}", StringType()) for place in range(len(source.heading))]
    return session.read.csv(
        files,
        schema=StructType(columns),
        sep=source.delimiter,
        header=True,
        quote='"',
        escape='"',
        multiLine=source.quoted,
        enforceSchema=True,
        mode="PERMISSIVE",
    )


def _text(f: Any, source: Source, heading: str) -> Any:
    """One cell as text, as `by_duckdb.text_of` has it."""
    place = source.heading.index(heading)
    if source.form is Form.CSV:
        return f.coalesce(f.col(f"k{place}"), f.lit(""))
    column, kind = f.col("`" + heading.replace("`", "``") + "`"), source.kinds[place]
    text = column.cast("string")
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        text = f.date_format(column, "yyyy-MM-dd")
    elif kind in {"DOUBLE", "FLOAT"}:
        is_whole = (column == f.floor(column)) & (f.abs(column) < 1e15)
        text = f.when(is_whole, column.cast("bigint").cast("string")).otherwise(text)
    return f.coalesce(text, f.lit(""))


def _filled(f: Any, source: Source) -> Any:
    """Lines with nothing in them are no lines."""
    if source.form is Form.PARQUET:
        return f.lit(True)
    found = f.lit(False)
    for place in range(len(source.heading)):
        found = found | (f.btrim(f.coalesce(f.col(f"k{place}"), f.lit("")), f.lit(SPACE)) != "")
    return found
