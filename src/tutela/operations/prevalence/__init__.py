"""`tutela prevalence`: reads lists that overlap, estimates whom none of them knows, and writes a report."""

from __future__ import annotations

import argparse

import numpy as np

from tutela.engines.prevalence import BadTable, Breakdown, Plan, Sampling, Table, breakdown, study
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated, ngettext, number
from tutela.operations.prevalence import report, words
from tutela.operations.prevalence.asked import Asked
from tutela.operations.prevalence.reading import Lists, read
from tutela.operations.prevalence.reasons import said
from tutela.operations.reading import Engine
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import columns_of
from tutela.operations.reports.telling import tell

__all__ = ["Asked", "asked_of", "run"]

_THIN = 10


def run(asked: Asked) -> int:
    """Reads, estimates, writes; exit code 0, and 1 where there is no estimate (the report says why)."""
    lists = read(asked)
    whole = lists.whole
    _tell_what_was_read(lists)
    if whole.observed < asked.least_shown:
        raise Refused(
            ngettext(
                "Fewer than {count} people: nothing about so few can be published.",
                "Fewer than {count} people: nothing about so few can be published.",
                asked.least_shown,
            ).format(count=number(asked.least_shown))
        )
    if asked.dry_run:
        print(_("Everything can be used. Nothing was worked out or written: this was a dry run."))
        return 0
    chance = np.random.default_rng(asked.seed)
    sampling = Sampling(burn_in=asked.samples, kept=asked.samples // _THIN, thin=_THIN)
    plan = Plan(order=asked.order, replicates=asked.replicates, sampling=sampling)
    try:
        found = study(whole, chance=chance, plan=plan, tell=lambda step: tell(_(words.STEPS[step])))
        parts = () if found.refusal else _breakdowns(asked, lists, chance)
    except BadTable as problem:
        raise Refused(said(str(problem))) from problem
    for path in report.write(asked, lists, found, parts):
        print(path)
    if found.refusal:
        tell(" ".join([_("No estimate."), said(found.refusal)]))
    return 1 if found.refusal else 0


def asked_of(options: argparse.Namespace) -> Asked:
    """The command line, as `tutela.cli` lets it be written."""
    if min(options.replicates, options.samples) < 100 or options.seed < 0 or options.least_shown < 2:
        raise Refused(
            _("--replicates and --samples are 100 or more, --seed 0 or more, --least-shown 2 or more.")
        )
    return Asked(
        file=options.file[0],
        more=tuple(options.file[1:]),
        engine=Engine(options.engine),
        out=options.out,
        lists=_names(options.lists),
        merge=tuple(_names(one) for one in options.merge),
        columns=columns_of(options.column),
        population=options.population,
        order=options.order,
        replicates=options.replicates,
        samples=options.samples,
        seed=options.seed,
        least_shown=options.least_shown,
        dry_run=options.dry_run,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _breakdowns(asked: Asked, lists: Lists, chance: np.random.Generator) -> tuple[Breakdown, ...]:
    found = []
    for dimension, tables in lists.parts.items():
        if len(tables) < 2:
            says = _("Everybody has the same {kind}: not told apart by it.")
            tell(says.format(kind=words.kind_of_part(dimension)))
            continue
        tell(_("Working out parts by {kind}.").format(kind=words.kind_of_part(dimension)))
        populations = {name: n for (kind, name), n in lists.populations.items() if kind == dimension}
        parts: list[tuple[str, Table]] = list(tables)
        found.append(
            breakdown(dimension, parts, chance=chance, replicates=asked.replicates, populations=populations)
        )
    return tuple(found)


def _tell_what_was_read(lists: Lists) -> None:
    whole = lists.whole
    read_so_far = ngettext(
        "Read {count} person on {lists} lists: {names}.",
        "Read {count} people on {lists} lists: {names}.",
        whole.observed,
    )
    names = in_a_row([isolated(name) for name in whole.lists])
    tell(read_so_far.format(count=number(whole.observed), lists=number(len(whole.lists)), names=names))
    kinds = in_a_row([words.kind_of_part(one) for one in lists.parts])
    tell(_("Told apart by: {kinds}.").format(kinds=kinds) if kinds else _("Told apart by: nothing."))
