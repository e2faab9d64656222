"""What matching costs: preparing many records, one question, its messages, and how it fares among so many."""

from __future__ import annotations

import os
import resource
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from benchmarks.matching_files import Files, traits_in
from benchmarks.matching_people import two_files
from benchmarks.matching_quality import one_question
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.engines.matching import keys_of, messages, oprf
from tutela.operations.matching import asking, consent, people, preparing, state
from tutela.operations.matching.people import Record

LARGE = int(os.environ.get("BENCH_MATCHING", "100000"))
"""Records that are prepared, and questions' rates measured with."""


def large() -> None:
    one, other = two_files(LARGE, both=LARGE // 5, seed=11)
    one_question(Files([*one[:4_000]], other), stored=f"{LARGE:,} invented records")


def prepare_and_ask() -> None:
    people_, _ = two_files(LARGE, both=0, seed=12)
    records = [Record(reference=str(one.person), traits=traits_in(one)) for one in people_]
    asked = preparing.Asked(file=Path(), agreement=Path(), secret=Path(), out=Path())
    began, spent = time.monotonic(), _cpu()
    room = 1 << (LARGE + 3).bit_length()
    made, kept = preparing.made(asked, records, threshold=6, room=room, source=os.urandom)
    megabytes = made.cells.nbytes / 1e6
    print(
        f"\n{LARGE:,} records prepared in {time.monotonic() - began:.0f} s on two cores "
        f"({_cpu() - spent:.0f} CPU s), table {megabytes:.0f} MB"
    )
    published = state.Published(
        pair="", period="", profile=people.profile(), public=oprf.public_key(kept.secret), threshold=6,
        room=room, table=made, number=bytes(16),
    )  # fmt: skip
    asking_side, answering_side = [], []
    found = 0
    for one in records[:200]:
        mine, theirs, opened = _question(one, published, kept.secret)
        asking_side.append(mine)
        answering_side.append(theirs)
        found += opened
    print(f"one question: {1000 * float(np.median(asking_side)):.1f} ms CPU on the asking side, ", end="")
    print(f"{1000 * float(np.median(answering_side)):.1f} ms on the answering side")
    print(
        f"{messages.QUESTION} bytes there, {messages.ANSWER} back: {messages.QUESTION + messages.ANSWER}; ",
        end="",
    )
    print(f"then {messages.COMMITMENT} and {messages.REPLY} later. {found} of 200 records found themselves.")


def _question(record: Record, published: state.Published, secret: int) -> tuple[float, float, bool]:
    """CPU seconds of the asking and the answering side, signatures and proof among them."""
    keys, at = keys_of(record.traits), datetime(2026, 11, 25, tzinfo=UTC)
    receipt = consent.Receipt(purpose="family tracing", until=date(2026, 12, 31), hash=bytes(32))
    began = time.process_time()
    question, blinded = asking.question_of(
        keys, published, number=os.urandom(16), receipt=receipt, at=at, caseworker=bytes(16),
        subject=bytes(16), source=os.urandom,
    )  # fmt: skip
    packed = messages.pack_question(question, _SIGNS)
    sent = time.process_time()
    read = messages.read_question(packed, _SIGNS.public_key())
    evaluated = oprf.evaluate_blinded(secret, read.elements)
    proof = oprf.prove(secret, read.elements, evaluated, source=os.urandom)
    data = messages.pack_answer(read.number, evaluated, proof, _SIGNS)
    answered = time.process_time()
    answer = messages.read_answer(data, _SIGNS.public_key())
    opened = asking.candidates(answer, question, blinded, keys, published)
    return time.process_time() - answered + sent - began, answered - sent, bool(opened)


_SIGNS = Ed25519PrivateKey.generate()


def _cpu() -> float:
    return sum(
        one.ru_utime + one.ru_stime
        for one in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )
