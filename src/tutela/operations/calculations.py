"""The commands that keep nothing, a file in and an answer out, and what each one starts when it is called."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from datetime import UTC, datetime

from tutela.operations import arguments

Word = Callable[..., argparse.ArgumentParser]
"""Makes a command of its name, its purpose and what it does; gives the parser of its arguments."""


def on_one_thread() -> None:
    """Before numpy is loaded: threads would add up in another order each time."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def add(word: Word) -> None:
    """Adds the commands."""
    arguments.hotspots(
        word(
            "hotspots",
            "find where and when there are more cases than chance explains",
            _hotspots,
            django=False,
        )
    )
    arguments.prevalence(
        word(
            "prevalence",
            "estimate how many people no list knows, from lists that overlap",
            _prevalence,
            django=False,
        )
    )
    arguments.warn(word("warn", "watch counts over time and say when they rise", _warn, django=False))
    arguments.forecast(
        word(
            "forecast",
            "say how many cases places should expect next, and how good that is",
            _forecast,
            django=False,
        )
    )
    arguments.link(
        word("link", "say which records of one file or two may be one person", _link, django=False)
    )
    arguments.routes(
        word(
            "routes", "find the backbone of routes, who lies between, and what changed", _routes, django=False
        )
    )
    arguments.patterns(
        word(
            "patterns",
            "find the few templates in many adverts, and what ties them together",
            _patterns,
            django=False,
        )
    )
    arguments.patterns_keep(
        word(
            "patterns-keep",
            "let two people together open a value that patterns keeps sealed",
            _patterns_keep,
            django=False,
        )
    )
    arguments.match(
        word(
            "match",
            "ask another agency whether it may know a person, and show it nobody",
            _match,
            django=False,
        )
    )


def _hotspots(options: argparse.Namespace) -> int:
    from tutela.operations import hotspots

    return hotspots.run(hotspots.asked_of(options))


def _prevalence(options: argparse.Namespace) -> int:
    on_one_thread()
    from tutela.operations import prevalence

    return prevalence.run(prevalence.asked_of(options))


def _warn(options: argparse.Namespace) -> int:
    on_one_thread()
    from tutela.operations import early_warning

    return early_warning.run(early_warning.asked_of(options))


def _forecast(options: argparse.Namespace) -> int:
    on_one_thread()
    from tutela.operations import forecast

    return forecast.run(forecast.asked_of(options))


def _link(options: argparse.Namespace) -> int:
    on_one_thread()
    from tutela.operations import linking

    return linking.run(linking.asked_of(options))


def _routes(options: argparse.Namespace) -> int:
    from tutela.operations import routes

    return routes.run(routes.asked_of(options))


def _match(options: argparse.Namespace) -> int:
    from tutela.operations import matching

    return matching.run(options)


def _patterns(options: argparse.Namespace) -> int:
    from tutela.operations import patterns

    return patterns.run(patterns.asked_of(options, today=datetime.now(UTC).date()))


def _patterns_keep(options: argparse.Namespace) -> int:
    from tutela.operations import patterns

    return patterns.keep(options, now=datetime.now(UTC))
