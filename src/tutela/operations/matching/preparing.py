"""`tutela match prepare`: makes the table of a month, with fresh keys and handles, from the records that
may be found.
"""

from __future__ import annotations

import os
import time
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from tutela.engines.matching import (
    LANES,
    MOST_KEYS,
    RATES,
    CannotBuild,
    Table,
    Traits,
    advised_threshold,
    build,
    cells_for,
    keys_of,
    lanes_of,
    oprf,
    rates,
    share_out,
)
from tutela.engines.matching.oprf import Source
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, percent
from tutela.operations.language import number as written
from tutela.operations.matching import agreement as agreements
from tutela.operations.matching import people, state
from tutela.operations.matching.agreement import Agreement
from tutela.operations.matching.journal import Journal
from tutela.operations.matching.people import Record
from tutela.operations.matching.secret import Secret
from tutela.operations.refusals import Refused
from tutela.operations.reports.telling import tell

__all__ = ["COMMON", "LOG", "Asked", "made", "period_of", "prepare"]

LOG = "log.jsonl"
COMMON = 0.001
"""This part of keys, the most common, is left out."""
_COMMON_AT_LEAST = 3
_CHUNK = 4_000
_CANARIES_TRIED = 20
_LEAST_ROOM = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line. `room`: for how many records the table is made, 0: the next power of two."""

    file: Path
    agreement: Path
    secret: Path
    out: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    threshold: int = 0
    room: int = 0
    canaries: int = 4
    workers: int = 2
    dry_run: bool = False


def prepare(asked: Asked, *, at: datetime, source: Source = os.urandom) -> int:
    """Reads, hashes, hides, writes; exit code 0."""
    agreed = agreements.read(asked.agreement)
    agreed.refuse_unless_in_force(at)
    secret = Secret.read(asked.secret)
    if secret.public != agreed.answering.key:
        raise Refused(
            _("{file} is not the secret of {agency}, who answers in this pair.").format(
                file=isolated(str(asked.secret)), agency=agreed.answering.name
            )
        )
    found, silent = people.records(asked.file, asked.columns, today=_last_day(at))
    tell(
        _(
            "Read. Records that may be found: {found}. Without consent to the end of the month, left out: "
            "{silent}."
        ).format(found=written(len(found)), silent=written(silent))
    )
    if not found:
        raise Refused(_("Nobody in the file agreed to be found."))
    threshold, room = _threshold(asked, len(found)), _room(asked, len(found) + asked.canaries)
    if asked.dry_run:
        print(_("Everything can be used. Nothing was written: this was a dry run."))
        return 0
    _refuse_unless_free(asked.out)
    table, kept = made(asked, found, threshold=threshold, room=room, source=source)
    published = state.Published(
        pair=agreed.pair,
        period=period_of(at),
        profile=people.profile(),
        public=oprf.public_key(kept.secret),
        threshold=threshold,
        room=room,
        table=table,
        number=b"",
    )
    _write(asked.out, published, kept, secret, agreed, at)
    print(asked.out / state.TABLE)
    return 0


def period_of(at: datetime) -> str:
    """The month, by UTC, that keys are good for."""
    return at.astimezone(UTC).strftime("%Y-%m")


def _last_day(at: datetime) -> date:
    """Of the month: the table holds until then, and so must every consent in it."""
    today = at.astimezone(UTC).date()
    return today.replace(day=monthrange(today.year, today.month)[1])


def _refuse_unless_free(folder: Path) -> None:
    """Before minutes of work: raises Refused where the folder is in use, or belongs to a pair that ended."""
    if (folder / state.STOPPED).exists():
        raise Refused(
            _("{folder} belongs to a pair that was stopped. Take another folder and agreement.").format(
                folder=isolated(str(folder))
            )
        )
    if (folder / LOG).exists():
        Journal(folder / LOG).close()


def _write(
    folder: Path,
    published: state.Published,
    kept: state.Kept,
    secret: Secret,
    agreed: Agreement,
    at: datetime,
) -> None:
    """Old keys go first: a table and keys that do not belong together are refused when they are read."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Refused(
            _("{folder} cannot be made: {problem}.").format(
                folder=isolated(str(folder)), problem=error.strerror
            )
        ) from error
    journal = Journal(folder / LOG)
    try:
        if frozen := list(journal.of("frozen"))[-1:]:
            says = _(
                "A key was frozen on {day}: questions found people who do not exist. Know why before you "
                "serve."
            )
            tell(says.format(day=isolated(f"{frozen[0].at:%Y-%m-%d}")))
        state.destroy(folder)
        _forget(folder, journal, agreed, at)
        number = state.write_table(folder, published, secret)
        journal.add(at, "prepared", table=number.hex(), period=published.period, room=published.room)
        state.write_kept(
            folder,
            state.Kept(secret=kept.secret, number=number, records=kept.records, canaries=kept.canaries),
            secret,
        )
    finally:
        journal.close()


def _forget(folder: Path, journal: Journal, agreed: Agreement, at: datetime) -> None:
    """What waited for a decision and has waited for long enough: its handle goes too."""
    asked = {one.more["question"]: one.at for one in journal.of("answered")}
    for path in sorted((folder / state.HITS).glob("*")):
        since = asked.get(path.name.partition(".")[0])
        if since is None or agreed.due(since) + state.HANDLES_LIVE < at:
            path.unlink()


def made(
    asked: Asked, found: Sequence[Record], *, threshold: int, room: int, source: Source
) -> tuple[Table, state.Kept]:
    begun = time.monotonic()
    chance = np.random.default_rng(int.from_bytes(source(16), "big"))
    traits = [one.traits for one in found]
    keys = [[key.content for key in keys_of(one)] for one in traits]
    canaries = _canaries(traits, keys, asked.canaries, chance)
    if len(canaries) < asked.canaries:
        few = _("Only {made} of {wanted} canaries could be made: the file is small or alike.")
        tell(few.format(made=written(len(canaries)), wanted=written(asked.canaries)))
    keys += [[key.content for key in keys_of(one)] for one in canaries]
    keys, common = _without_common(keys)
    left = _("{keys} keys; {common} common ones are left out.")
    tell(left.format(keys=written(sum(map(len, keys))), common=written(common)))
    number = {key: at for at, key in enumerate(dict.fromkeys(key for mine in keys for key in mine))}
    key = oprf.random_scalar(source)
    outputs = _evaluated(key, list(number), asked.workers, begun)
    order = chance.permutation(len(keys))
    lanes, gone = lanes_of(
        [[number[one] for one in keys[record]] for record in order], room=-(-room // LANES)
    )
    shares, handles = share_out(len(keys), shares=MOST_KEYS, threshold=threshold, source=source)
    entries = [
        (record, place, lane)
        for record, lane, lost in zip(order, lanes, gone, strict=True)
        for place in range(len(keys[record]))
        if place not in lost
    ]
    records, places, where = (np.array(part) for part in zip(*entries, strict=True))
    try:
        table = build(
            [outputs[number[keys[record][place]]] for record, place, _ in entries],
            shares[records, places],
            where,
            cells=cells_for(room, keys=MOST_KEYS),
            source=source,
        )
    except CannotBuild as problem:
        raise Refused(_("{problem} Give more of it: --room.").format(problem=problem)) from problem
    tell(_("Made the table in {seconds} s.").format(seconds=written(time.monotonic() - begun)))
    named = dict(zip(handles, [one.reference for one in found], strict=False))
    return table, state.Kept(secret=key, number=b"", records=named, canaries=frozenset(handles[len(found) :]))


def _without_common(keys: list[list[bytes]]) -> tuple[list[list[bytes]], int]:
    """Keys without the most common ones, which tell least and are shared by most."""
    counts = Counter(key for mine in keys for key in mine)
    ordered = sorted(counts.values(), reverse=True)
    most = min(max(ordered[int(len(ordered) * COMMON)], _COMMON_AT_LEAST), LANES) if ordered else 0
    common = {key for key, count in counts.items() if count > most}
    return [[key for key in mine if key not in common] for mine in keys], len(common)


def _canaries(
    traits: Sequence[Traits], keys: Sequence[Sequence[bytes]], many: int, chance: np.random.Generator
) -> list[Traits]:
    """People who do not exist, put together from the names and dates of several who do: guessing finds them.

    None of them shares enough keys with anybody in the file for a question about that person to open it.
    """
    made_up = []
    for _time in range(_CANARIES_TRIED * many):
        one, two, three = (traits[place] for place in chance.integers(len(traits), size=3))
        words = (*one.words[:1], *two.words[-1:])
        made_up.append(Traits(words=words, born=three.born, sex=one.sex, nationality=one.nationality))
    found_by = defaultdict(list)
    for place, canary in enumerate(made_up):
        for key in keys_of(canary):
            found_by[key.content].append(place)
    most = [0] * len(made_up)
    for mine in keys:
        shared = Counter(place for key in mine for place in found_by.get(key, ()))
        for place, number in shared.items():
            most[place] = max(most[place], number)
    apart = [one for one, number in zip(made_up, most, strict=True) if number < min(RATES)]
    return [one for one in apart if len(keys_of(one)) > max(RATES)][:many]


def _evaluated(key: int, contents: list[bytes], workers: int, begun: float) -> list[bytes]:
    """What the oblivious function gives for each, on several processors."""
    chunks = [contents[start : start + _CHUNK] for start in range(0, len(contents), _CHUNK)]
    if len(chunks) < 2 or workers < 2:
        return [output for chunk in chunks for output in _evaluate((key, chunk))]
    found: list[bytes] = []
    with get_context("spawn").Pool(workers) as pool:
        told = begun
        for outputs in pool.imap(_evaluate, ((key, chunk) for chunk in chunks)):
            found += outputs
            if time.monotonic() - told > 5:
                told = time.monotonic()
                so_far = _("{done} of {all} keys …")
                tell(so_far.format(done=written(len(found)), all=written(len(contents))))
    return found


def _evaluate(work: tuple[int, list[bytes]]) -> list[bytes]:
    key, contents = work
    return [oprf.evaluate(key, content) for content in contents]


def _threshold(asked: Asked, records: int) -> int:
    advised = advised_threshold(records)
    threshold = asked.threshold or advised
    if threshold not in RATES:
        least, most = written(min(RATES)), written(max(RATES))
        raise Refused(_("--threshold is {least} to {most}.").format(least=least, most=most))
    known = rates(threshold, records=records)
    tell(
        _(
            "{keys} keys must agree: with invented people this finds about {part} and says yes falsely for "
            "{false} in 1,000 who are not known."
        ).format(
            keys=written(threshold), part=percent(known.recall), false=written(known.false_yes, decimals=1)
        )
    )
    if threshold < advised:
        below = _("That is below {advised}, which is advised for so many records.")
        tell(below.format(advised=written(advised)))
    return threshold


def _room(asked: Asked, records: int) -> int:
    room = asked.room or max(_LEAST_ROOM, 1 << (records - 1).bit_length())
    if room < records:
        small = _("--room is too small: {count} records and canaries are to go in.")
        raise Refused(small.format(count=written(records)))
    return room
