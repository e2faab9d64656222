"""Two agencies on one machine, with a clock that tests set."""

from __future__ import annotations

import csv
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from tutela.engines.matching import Key, Recipe, Why, messages
from tutela.operations.matching import agreement as agreements
from tutela.operations.matching import asking, consent, preparing, serving, state
from tutela.operations.matching.answering import Answering
from tutela.operations.matching.journal import Journal
from tutela.operations.matching.secret import Secret, make
from tutela.operations.refusals import Refused

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HEADING = ["id", "given", "family", "born", "sex", "nationality", "consent"]
PEOPLE = [
    ["R1", "Mariam", "Diallo", "2005-05-11", "F", "GIN", "yes"],
    ["R2", "Xuân", "Hoàng", "20101013", "F", "VNM", "yes"],
    ["R3", "محمد", "حسن", "1999-03-17", "M", "SYR", "2027-01-01"],
    ["R4", "Олена", "Шевченко", "about 2001", "F", "UKR", "yes"],
    ["S1", "Silent", "Person", "1990-02-03", "F", "NGA", "no"],
    ["S2", "Late", "Consent", "1990-02-03", "F", "NGA", "2026-11-24"],
    *([f"X{n}", f"Ana{'bcdfgk'[n % 6]}ur", f"Pe{'lmnrst'[n // 6 % 6]}o{'kgd'[n % 3]}a",
       f"{1980 + n}-04-{n + 10}", "M", "ROU", "yes"] for n in range(18)),
]  # fmt: skip
MARIAM = {
    "reference": "H-17",
    "given": "Maryam",
    "family": "Diallu",
    "born": "2005-05-11",
    "sex": "F",
    "nationality": "GIN",
}


@dataclass
class Pair:
    """A folder with both sides of a pair, and a clock that tests set."""

    folder: Path
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    @property
    def agreement(self) -> Path:
        return self.folder / "agreement.yaml"

    @property
    def agreed(self) -> agreements.Agreement:
        return agreements.read(self.agreement)

    def secret(self, side: str) -> Secret:
        return Secret.read(self.folder / f"{side}.secret")

    def change(self, **changes: object) -> None:
        content = yaml.safe_load(self.agreement.read_text())
        self.agreement.write_text(yaml.safe_dump(content | changes))

    def prepare(self, **changes: object) -> int:
        asked = preparing.Asked(
            file=self.folder / "records.csv", agreement=self.agreement, secret=self.folder / "haven.secret",
            out=self.folder / "pair", workers=1, threshold=3,
        )  # fmt: skip
        return preparing.prepare(replace(asked, **changes), at=self.at)  # type: ignore[arg-type]

    def answering(self) -> Answering:
        return Answering(self.folder / "pair", self.agreed, self.secret("haven"), now=self.now)

    def receipt(self, reference: str = "H-17", *, name: str = "consent.json", **changes: object) -> Path:
        path = self.folder / name
        given = {
            "purpose": "family tracing",
            "until": date(2026, 12, 31),
            "by": "person",
            "decision": "",
        } | changes
        consent.make(path, self.secret("harbour"), self.agreed, reference=reference, at=self.at, **given)  # type: ignore[arg-type]
        return path

    def asked(self, person: dict[str, str] = MARIAM, **changes: object) -> asking.Asked:
        path = self.folder / "person.yaml"
        path.write_text(yaml.safe_dump(person, allow_unicode=True), encoding="utf-8")
        receipt = self.folder / f"{person.get('reference')}.json"
        if not receipt.exists() and "consent" not in changes:
            self.receipt(person["reference"], name=receipt.name)
        return asking.Asked(
            **{
                "person": path, "agreement": self.agreement, "secret": self.folder / "harbour.secret",
                "consent": receipt, "caseworker": "bea", "folder": self.folder / "questions",
            } | changes
        )  # fmt: skip

    def ask(self, address: str, person: dict[str, str] = MARIAM, **changes: object) -> int:
        return asking.ask(self.asked(person, address=address, **changes), at=self.at)


def written(folder: Path, rows: list[list[str]], name: str = "records.csv") -> Path:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return folder / name


def begun(folder: Path, **changes: object) -> Pair:
    for side in ("haven", "harbour", "stranger"):
        make(folder / f"{side}.secret")
    parties = {
        role: {
            "name": name.title(), "kind": "service_provider", "focal_point": f"Focal point of {name.title()}",
            "key": Secret.read(folder / f"{name}.secret").public,
        }
        for role, name in (("asking", "harbour"), ("answering", "haven"))
    }  # fmt: skip
    content = {
        "pair": "haven-harbour", **parties, "joint_controllers": "Agreement of 2 May 2026",
        "impact_assessment": "Assessment 2026-14", "transfer": "Both are in one country",
        "purposes": ["family tracing", "missing person"],
        "from": date(2026, 1, 1), "until": date(2027, 6, 30),
        "replies": {"wait": "72 h", "every": "24 h"},
    }  # fmt: skip
    (folder / "agreement.yaml").write_text(yaml.safe_dump(content | changes))
    written(folder, [HEADING, *PEOPLE])
    return Pair(folder)


def prepared(folder: Path) -> Pair:
    """A pair whose table stands."""
    made = begun(folder)
    made.prepare()
    return made


@contextmanager
def serving_(pair: Pair, **changes: object) -> Iterator[str]:
    answers = pair.answering()
    asked = serving.Asked(folder=pair.folder, agreement=pair.agreement, secret=pair.folder, port=0)
    asked = replace(asked, **changes)  # type: ignore[arg-type]
    server = serving.server_of(answers, asked)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http{'s' if asked.certificate else ''}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        answers.close()


def log(folder: Path) -> list[str]:
    journal = Journal(folder / "log.jsonl", writing=False)
    journal.close()
    return [entry.what for entry in journal.entries]


def nobody(number: int) -> dict[str, str]:
    return {
        "reference": f"N-{number}",
        "given": "Zelda",
        "family": f"Q{'aeiou'[number % 5]}rxt",
        "born": f"197{number % 10}-08-09",
    }


def refused(what) -> str:
    with pytest.raises(Refused) as refusal:
        what()
    return str(refusal.value)


def raw_question(pair: Pair, **changes: object) -> bytes:
    published = state.read_table((pair.folder / "pair" / "table.bin").read_bytes(), pair.agreed.answering)
    receipt = consent.Receipt(purpose="family tracing", until=date(2026, 12, 31), hash=b"h" * 32)
    question, _ = asking.question_of(
        (Key(Recipe.NAME_DATE, b"key"),), published, number=os.urandom(16),
        receipt=receipt, at=pair.at, caseworker=b"c" * 16,
        subject=os.urandom(16), source=os.urandom,
    )  # fmt: skip
    return messages.pack_question(replace(question, **changes), pair.secret("harbour").signing)  # type: ignore[arg-type]


def post(address: str, path: str, body: bytes) -> messages.Answer:
    content = asking.Line(address, None).post(path, body)
    assert len(content) == messages.ANSWER
    return messages.Answer(number=content[4:20], why=Why(content[20]))
