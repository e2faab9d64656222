"""`tutela match`: what is refused, by which side, and in which words."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.operations.matching_sides import (
    HEADING,
    NOW,
    PEOPLE,
    Pair,
    begun,
    log,
    nobody,
    post,
    prepared,
    raw_question,
    refused,
    serving_,
    written,
)

from tutela.engines.matching import Why, keys_of, look_up, messages, open_shares, oprf
from tutela.operations.matching import agreement as agreements
from tutela.operations.matching import answering, asking, consent, people, serving, state
from tutela.operations.matching.journal import Journal
from tutela.operations.matching.secret import make
from tutela.operations.refusals import Refused


@pytest.fixture
def pair(tmp_path) -> Pair:
    return prepared(tmp_path)


# ---------------------------------------------------------------- what is refused
def test_a_consent_of_another_person_pair_or_purpose_and_a_withdrawn_or_past_one_are_refused(pair, tmp_path):
    with serving_(pair) as address:
        other = pair.receipt("H-99", name="other.json")
        assert "another person" in refused(lambda: pair.ask(address, consent=other))
        pair.at += timedelta(days=60)
        mine = pair.folder / "mine.json"
        pair.at = NOW
        pair.receipt(name="mine.json", until=date(2026, 11, 25))
        pair.at += timedelta(days=1)
        assert "ended on 2026-11-25" in refused(lambda: pair.ask(address, consent=mine))
        pair.at = NOW
        consent.withdraw(mine, at=NOW)
        assert "withdrew" in refused(lambda: pair.ask(address, consent=mine))
        forged = json.loads(other.read_text()) | {"until": "2030-01-01"}
        (pair.folder / "forged.json").write_text(json.dumps(forged))
        assert "no receipt" in refused(lambda: pair.ask(address, consent=pair.folder / "forged.json"))
    assert log(pair.folder / "pair") == ["prepared"], "none of these was asked"
    assert "not in the agreement" in refused(lambda: pair.receipt(name="a.json", purpose="double assistance"))
    assert "not in the agreement" in refused(
        lambda: pair.receipt(name="a.json", purpose="immigration control")
    )
    assert "best interests" in refused(lambda: pair.receipt(name="a.json", by="guardian"))


def test_the_answering_side_refuses_a_consent_that_has_run_out_whatever_the_asking_side_says(
    pair, monkeypatch
):
    receipt = consent.Receipt(purpose="family tracing", until=date(2026, 11, 24), hash=b"h" * 32)
    monkeypatch.setattr(consent, "read", lambda *_, **__: receipt)
    with serving_(pair) as address:
        assert "the consent has run out" in refused(lambda: pair.ask(address, consent=Path("any")))
    assert log(pair.folder / "pair")[-1] == "refused"


def test_limits_hold_through_a_restart(pair):
    pair.change(limits={"caseworker_a_day": 2, "a_day": 3})
    with serving_(pair) as address:
        for number in (1, 2):
            pair.ask(address, nobody(number))
        assert "you have asked as many questions today" in refused(lambda: pair.ask(address, nobody(3)))
    with serving_(pair) as address:
        assert "you have asked as many questions today" in refused(lambda: pair.ask(address, nobody(3)))
        pair.ask(address, nobody(3), caseworker="carl")
        assert "your agency has asked as many" in refused(
            lambda: pair.ask(address, nobody(4), caseworker="dora")
        )
        pair.at += timedelta(days=1)
        assert "the last 90 days" in refused(lambda: pair.ask(address, nobody(1)))
        pair.ask(address, nobody(4))


def test_a_table_holds_for_its_month_and_a_new_one_is_fetched(pair, capsys):
    with serving_(pair) as address:
        pair.ask(address, nobody(1))
        pair.at = datetime(2026, 12, 1, 1, tzinfo=UTC)
        assert "has run out" in refused(lambda: pair.ask(address, nobody(2)))
    pair.prepare()
    with serving_(pair) as address:
        pair.ask(address, nobody(2))
    assert "Not found" in capsys.readouterr().out


def test_a_table_made_anew_within_the_month_is_fetched_at_the_next_try(pair):
    with serving_(pair) as address:
        pair.ask(address, nobody(1))
    pair.prepare()
    with serving_(pair) as address:
        assert "Ask again" in refused(lambda: pair.ask(address, nobody(2)))
        pair.ask(address, nobody(2))


def test_another_version_of_the_rules_for_names_is_refused_by_both_sides(pair, monkeypatch):
    with serving_(pair) as address:
        pair.ask(address, nobody(1))
        monkeypatch.setattr(people, "profile", lambda: b"another version!")
        assert "different versions" in refused(lambda: pair.ask(address, nobody(2)))
        monkeypatch.undo()
        packed = raw_question(pair, profile=b"another version!")
        assert post(address, "/question", packed).why is Why.PROFILE
    monkeypatch.setattr(people, "profile", lambda: b"another version!")
    assert "prepare again" in refused(pair.answering)


def test_points_that_are_none_a_replay_and_a_stranger_are_refused(pair):
    with serving_(pair) as address:
        good = raw_question(pair)
        assert post(address, "/question", good).why is Why.ANSWERED
        assert post(address, "/question", good).why is Why.REPLAY
        for bad in (bytes(32), b"\xff" * 32, (2**255 - 18).to_bytes(32, "little"), b"\x01" + bytes(31)):
            elements = (bad, *messages.read_question(good, pair.agreed.asking.public).elements[1:])
            assert post(address, "/question", raw_question(pair, elements=elements)).why is Why.MALFORMED
        signed = bytearray(raw_question(pair))
        signed[-1] ^= 1
        assert post(address, "/question", bytes(signed)).why is Why.SIGNATURE
        assert post(address, "/question", raw_question(pair, at=int(NOW.timestamp()) - 700)).why is Why.CLOCK
        assert post(address, "/question", raw_question(pair, purpose=77)).why is Why.PURPOSE
        for path, body in (("/question", b"short"), ("/nowhere", good), ("/commitment", good)):
            with pytest.raises(Refused, match="HTTP 400"):
                asking.Line(address, None).post(path, body)
        assert asking.Line(address, None).get("/reply/../../etc/passwd") is None
        assert asking.Line(address, None).get(f"/reply/{'0' * 32}") is None
    assert log(pair.folder / "pair").count("answered") == 1


def test_an_answer_with_another_key_is_seen_and_not_used(pair, monkeypatch):
    with serving_(pair) as address:
        real = oprf.evaluate_blinded
        monkeypatch.setattr(oprf, "evaluate_blinded", lambda secret, elements: real(secret + 1, elements))
        assert "not made with the key that was published" in refused(lambda: pair.ask(address))


def test_two_questions_that_find_nobody_real_freeze_the_key(pair, capsys):
    published = state.read_table((pair.folder / "pair" / "table.bin").read_bytes(), pair.agreed.answering)
    kept = state.read_kept(pair.folder / "pair", pair.secret("haven"))
    assert published.threshold == 3
    assert len(kept.canaries) == 4
    with serving_(pair) as address:
        for canary in sorted(kept.canaries)[:2]:
            packed = raw_question(pair)
            number = messages.read_question(packed, pair.agreed.asking.public).number
            assert post(address, "/question", packed).why is Why.ANSWERED
            found = messages.pack_commitment(
                messages.committed(number, canary), pair.secret("harbour").signing
            )
            asking.Line(address, None).post("/commitment", found)
        assert post(address, "/question", raw_question(pair)).why is Why.FROZEN
        assert "people who do not exist" in refused(lambda: pair.ask(address))
    assert "frozen" in log(pair.folder / "pair")
    with serving_(pair) as address:
        assert post(address, "/question", raw_question(pair)).why is Why.FROZEN, "and stays so"
    assert answering.waiting(pair.folder / "pair", pair.agreed, pair.secret("haven")) == []


def test_a_question_about_a_real_person_never_finds_a_canary(pair):
    published = state.read_table((pair.folder / "pair" / "table.bin").read_bytes(), pair.agreed.answering)
    kept = state.read_kept(pair.folder / "pair", pair.secret("haven"))
    opened = set()
    for row in PEOPLE:
        keys = keys_of(people.traits_of(dict(zip(HEADING, row, strict=True))))
        outputs = [oprf.evaluate(kept.secret, key.content) for key in keys]
        opened |= {one.handle for one in open_shares(look_up(published.table, outputs), threshold=3)}
    assert opened & kept.canaries == set()
    assert {kept.records[handle] for handle in opened} >= {"R1", "R2", "R3"}


def test_a_commitment_counts_once_for_a_question_that_was_answered(pair):
    kept = state.read_kept(pair.folder / "pair", pair.secret("haven"))
    handle = next(iter(kept.records))
    with serving_(pair) as address:
        line = asking.Line(address, None)
        key = pair.secret("harbour").signing
        line.post("/commitment", messages.pack_commitment(messages.committed(b"q" * 16, handle), key))
        packed = raw_question(pair)
        number = messages.read_question(packed, pair.agreed.asking.public).number
        line.post("/question", packed)
        stranger = messages.pack_commitment(
            messages.committed(number, handle), pair.secret("stranger").signing
        )
        line.post("/commitment", stranger)
        assert log(pair.folder / "pair") == ["prepared", "answered"]
        for _ in range(2):
            line.post("/commitment", messages.pack_commitment(messages.committed(number, handle), key))
    assert log(pair.folder / "pair") == ["prepared", "answered", "committed"]
    (waiting,) = answering.waiting(pair.folder / "pair", pair.agreed, pair.secret("haven"))
    assert waiting.reference == kept.records[handle]


def test_a_stopped_pair_answers_nothing_and_never_again(pair):
    with serving_(pair) as address:
        pair.ask(address)
        answering.stop(pair.folder / "pair", at=pair.at)
        assert post(address, "/question", raw_question_of(address, pair)).why is Why.STOPPED
    left = {path.name for path in (pair.folder / "pair").rglob("*") if path.is_file()}
    assert left == {"stopped", "log.jsonl"}
    assert "holds no keys" in refused(pair.answering)
    assert "was stopped" in refused(pair.prepare)


def raw_question_of(address: str, pair: Pair) -> bytes:
    """With the table that the asking side still has: it opens nothing any more."""
    cached = pair.folder / "questions" / "table.bin"
    (pair.folder / "pair" / "table.bin").write_bytes(cached.read_bytes())
    packed = raw_question(pair)
    (pair.folder / "pair" / "table.bin").unlink()
    return packed


# ---------------------------------------------------------------- the agreement
@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"joint_controllers": ""}, "joint_controllers is missing"),
        ({"impact_assessment": None}, "impact_assessment is missing"),
        ({"transfer": 5}, "transfer is missing"),
        ({"purposes": ["immigration control"]}, "“immigration control” is no purpose that may be asked for"),
        ({"purposes": ["prosecution"]}, "“prosecution” is no purpose that may be asked for"),
        ({"purposes": []}, "purposes are missing"),
        ({"from": date(2028, 1, 1)}, "until is before from"),
        ({"limits": {"a_day": 0}}, "limits: a_day"),
        ({"limits": {"a_year": 3}}, "limits: a_year"),
        ({"replies": {"wait": "soon"}}, "replies: wait is no time"),
    ],
)
def test_a_pair_does_not_start_without_its_basis(pair, changes, line):
    pair.change(**changes)
    assert line in refused(lambda: agreements.read(pair.agreement))
    assert line in refused(pair.prepare)


@pytest.mark.parametrize(
    "kind",
    ["police", "prosecution", "court_liaison", "labour_inspectorate", "competent_authority", "immigration"],
)
def test_police_and_immigration_hold_no_key(pair, kind):
    content = yaml.safe_load(pair.agreement.read_text())
    pair.change(asking=content["asking"] | {"kind": kind})
    assert f"“{kind}” may not take part" in refused(lambda: agreements.read(pair.agreement))


def test_all_that_is_wrong_in_an_agreement_is_told_at_once(tmp_path):
    path = tmp_path / "agreement.yaml"
    path.write_text("pair: x\n")
    told = refused(lambda: agreements.read(path)).splitlines()
    assert len(told) >= 8
    assert all(line.startswith("agreement.yaml: ") for line in told)
    for broken in ("- a\n", "a: [", ""):
        path.write_text(broken)
        assert len(refused(lambda: agreements.read(path)).splitlines()) == 1


def test_replies_come_at_fixed_times():
    base = agreements.Agreement(
        pair="", asking=None, answering=None, controllers="", assessment="", transfer="", purposes=(),  # type: ignore[arg-type]
        first=date(2026, 1, 1), last=date(2027, 1, 1),
        limits=None, wait=timedelta(hours=72), every=timedelta(hours=24),  # type: ignore[arg-type]
    )  # fmt: skip
    times = {base.due(NOW + timedelta(minutes=minutes)) for minutes in range(-700, 700, 37)}
    assert times == {datetime(2026, 11, 29, tzinfo=UTC)}, "whenever it was asked on a day"


# ---------------------------------------------------------------- files
@pytest.mark.parametrize(
    ("row", "line"),
    [
        (
            ["R9", "A", "B", "2005-13-01", "F", "GIN", "yes"],
            "records.csv:2: born: is a day that no calendar has.",
        ),
        (["R9", "A", "B", "spring", "F", "GIN", "yes"], "born: is no date of birth"),
        (["R9", "A", "B", "2005", "girl?", "GIN", "yes"], "sex: is none of F, M, X or nothing."),
        (["R9", "A", "B", "2005", "F", "Atlantis", "yes"], "nationality: is no country of ISO 3166-1."),
        (["R9", "A", "B", "2005", "F", "GIN", "perhaps"], "consent: is neither yes nor no."),
        (["", "A", "B", "2005", "F", "GIN", "yes"], "id: is empty."),
    ],
)
def test_a_value_that_cannot_be_used_is_told_by_its_line_and_never_itself(pair, row, line):
    written(pair.folder, [HEADING, row])
    told = refused(pair.prepare)
    assert line in told
    assert "Atlantis" not in told
    assert "spring" not in told


def test_a_wrong_file_gets_one_line(pair):
    written(pair.folder, [HEADING, PEOPLE[0], PEOPLE[0]])
    assert "this id is in the file twice" in refused(pair.prepare)
    written(pair.folder, [HEADING[:-1], PEOPLE[0][:-1]])
    assert "has no column “consent”" in refused(pair.prepare)
    written(pair.folder, [HEADING, PEOPLE[4]])
    assert "Nobody in the file agreed" in refused(pair.prepare)
    written(pair.folder, [HEADING, *PEOPLE])
    assert "--room is too small" in refused(lambda: pair.prepare(room=5))
    assert "--threshold is 3 to 10" in refused(lambda: pair.prepare(threshold=2))
    assert "not the secret of Haven" in refused(lambda: pair.prepare(secret=pair.folder / "harbour.secret"))
    assert "is no secret file" in refused(lambda: pair.prepare(secret=pair.folder / "records.csv"))
    pair.at = datetime(2028, 1, 1, tzinfo=UTC)
    assert "holds from 2026-01-01 to 2027-06-30" in refused(pair.prepare)


def test_a_dry_run_writes_nothing(tmp_path, capsys):
    pair = begun(tmp_path)
    assert pair.prepare(dry_run=True) == 0
    assert not (tmp_path / "pair").exists()
    pair.prepare()
    with serving_(pair) as address:
        assert pair.ask(address, dry_run=True) == 0
    assert log(pair.folder / "pair") == ["prepared"]
    assert "Nothing was asked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("person", "line"),
    [
        ({"reference": "H-1", "given": "Mariam"}, "Too little is known"),
        (
            {"reference": "H-1", "given": "Mariam", "family": "Diallo", "born": "someday"},
            "is no date of birth",
        ),
        ({"given": "Mariam"}, "It needs reference, given"),
        ({"reference": "H-1", "passport": "A123"}, "“passport” is not asked for"),
    ],
)
def test_a_person_of_whom_too_little_or_too_much_is_said_is_refused(pair, person, line):
    with serving_(pair) as address:
        assert line in refused(
            lambda: pair.ask(address, person, consent=pair.receipt(name="any.json", reference="H-1"))
        )


def test_a_secret_is_never_written_over_and_never_open_to_others(pair):
    assert "never written over" in refused(lambda: make(pair.folder / "haven.secret"))
    (pair.folder / "haven.secret").chmod(0o644)
    assert "Others can read" in refused(lambda: pair.secret("haven"))


def test_a_table_that_was_changed_is_refused(pair):
    path = pair.folder / "pair" / "table.bin"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    for broken in (bytes(content), b"", bytes(200), path.read_bytes()[:-1]):
        with pytest.raises(Refused, match="was not made by Haven"):
            state.read_table(broken, pair.agreed.answering)
    sealed = pair.folder / "pair" / "sealed.bin"
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"x")
    assert "sealed with another secret, or was changed" in refused(pair.answering)


def test_beyond_this_machine_nothing_goes_without_encryption(pair):
    assert "without encryption" in refused(lambda: asking.Line("http://example.org", None))
    assert "is no address" in refused(lambda: asking.Line("ftp://example.org", None))
    answers = pair.answering()
    asked = serving.Asked(
        folder=pair.folder, agreement=pair.agreement, secret=pair.folder, host="0.0.0.0", port=0
    )
    assert "without encryption" in refused(lambda: serving.server_of(answers, asked))
    answers.close()
    assert "does not answer" in refused(lambda: pair.ask("http://127.0.0.1:9"))


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "certificate-key.pem"
    files[0].write_bytes(made.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


def test_the_line_is_encrypted_for_who_is_trusted_alone(pair, capsys):
    public, private = certificate(pair.folder)
    with serving_(pair, certificate=public, certificate_key=private) as address:
        assert address.startswith("https://")
        pair.ask(address, authority=public)
        assert "Possible" in capsys.readouterr().out
        assert "does not answer" in refused(lambda: pair.ask(address, nobody(1))), "nobody vouches for it"
        plain = address.replace("https", "http")
        assert "does not answer" in refused(lambda: pair.ask(plain, nobody(1)))
    answers = pair.answering()
    asked = serving.Asked(
        folder=pair.folder, agreement=pair.agreement, secret=pair.folder, port=0, certificate=private
    )
    assert "is no certificate" in refused(lambda: serving.server_of(answers, asked))
    answers.close()


# ---------------------------------------------------------------- the log
def test_a_line_that_was_changed_taken_or_torn_is_seen(tmp_path):
    path = tmp_path / "log.jsonl"
    journal = Journal(path)
    for number in range(4):
        journal.add(NOW, "answered", question=str(number))
    with pytest.raises(Refused, match="in use"):
        Journal(path)
    journal.close()
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    for broken in (
        whole.replace(b'"question":"1"', b'"question":"9"'),
        b"".join([*lines[:1], *lines[2:]]),
        b"".join(lines[::-1]),
        b"nonsense\n" + whole,
    ):
        path.write_bytes(broken)
        with pytest.raises(Refused):
            Journal(path)
    path.write_bytes(whole[:-5])
    torn = Journal(path)
    assert len(torn.entries) == 3, "a last line without its end was never acknowledged"
    torn.add(NOW, "answered", question="again")
    torn.close()
    assert len(Journal(path).entries) == 4
