"""Gives people new keys, and seals anew all that the old ones sealed, while everybody goes on working.

Each step is one transaction, so that it can be killed at any moment. No step waits for a row or a key of a
person that somebody else holds: it is passed over, and its turn comes again.

1. `replace_keys` makes a new key. Whoever seals holds the key in use until their transaction ends
   (`keyring.key_in_use`). A key that is held is passed over, so that nothing more comes under a replaced one.
2. `seal_rows` opens each value under an old key and seals it under the new one; `Keeper`s do so with files.
3. `let_go` destroys each old key that nothing names any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Final, Protocol
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Substr

from tutela.engines import envelopes
from tutela.foundation.audit.record import Doer, record
from tutela.foundation.vault import fields, keyring
from tutela.foundation.vault.models import DataKey, OrganisationKey, Resealing

MOST_ROWS: Final = 500
_KEY_ID_STARTS: Final = 2  # after the version, counted from 1 as SQL does


class ForgottenByResealing(Exception):
    """A model has sealed fields, and nothing says whose they are."""


class Keeper(Protocol):
    """Keeps outside the database what persons' keys seal."""

    def seal_again(self, person_id: UUID) -> list[UUID]:
        """Seals everything under the key in use, in transactions of its own; the ids of what did not open."""

    def is_needed(self, key_id: UUID) -> bool:
        """Whether something still lies under this key."""


_keepers: list[Keeper] = []


def keeps_sealed(keeper: Keeper) -> None:
    """Says at start-up that more than fields is sealed with persons' keys."""
    _keepers.append(keeper)


@dataclass(frozen=True, slots=True)
class SealedModel:
    """A model with sealed fields, and the column that says whose they are."""

    model: type[models.Model]
    names: tuple[str, ...]
    person: str

    def under(self, keys: Iterable[UUID], persons: Iterable[UUID]) -> models.QuerySet[Any]:
        """The rows of these people with a value under one of these keys."""
        wanted = [key.bytes for key in keys]
        named = {
            f"key_of_{name}": Substr(
                name, _KEY_ID_STARTS, envelopes.KEY_ID_SIZE, output_field=models.BinaryField()
            )
            for name in self.names
        }
        condition = reduce(or_, (Q(**{f"{alias}__in": wanted}) for alias in named))
        rows: models.QuerySet[Any] = self.model._base_manager.filter(**{f"{self.person}__in": list(persons)})
        found: models.QuerySet[Any] = rows.alias(**named).filter(condition)
        return found


def sealed_models() -> list[SealedModel]:
    """Every model with a sealed field, whoever wrote it. Raises ForgottenByResealing."""
    found = []
    for model in apps.get_models():
        columns = model._meta.concrete_fields
        names = tuple(column.name for column in columns if isinstance(column, fields.SealedField))
        if names:
            found.append(SealedModel(model, names, _person_column(model)))
    return found


def _person_column(model: type[models.Model]) -> str:
    columns = model._meta.concrete_fields
    if any(column.attname == "person_id" for column in columns):
        return "person_id"
    if any(
        isinstance(column, models.OneToOneField) and column.related_model is DataKey for column in columns
    ):
        return "pk"  # the person
    raise ForgottenByResealing(model._meta.label)


@dataclass(slots=True)
class Report:
    """What did not open, as the name of a model or keeper and the id of a row or file: the old key stays."""

    damaged: set[tuple[str, Any]] = field(default_factory=set)

    def damaged_in(self, model: type[models.Model]) -> list[Any]:
        return [row for label, row in self.damaged if label == model._meta.label]


def begin(*, organisation_id: UUID | None, person_id: UUID | None, by: Doer, at: datetime) -> Resealing:
    """The resealing of one person, one organisation or everybody that was not finished, else a new one."""
    whose: dict[str, Any] = {"organisation_id": organisation_id, "person_id": person_id}
    with transaction.atomic():
        waiting = Resealing.objects.filter(finished_at__isnull=True, **whose)
        run = waiting.order_by("started_at", "id").first()
        if run is None:
            run = Resealing.objects.create(started_at=at, **whose)
            _record("keys.reseal", run, by=by, at=at)
    return run


def finish(run: Resealing, *, by: Doer, at: datetime) -> bool:
    """Whether nothing is left to do; then it is written down."""
    with transaction.atomic():
        if to_do(run).exists():
            return False
        if Resealing.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=at):
            _record("keys.resealed", run, by=by, at=at)
        return True


def _record(verb: str, run: Resealing, *, by: Doer, at: datetime) -> None:
    record(
        verb,
        by=by,
        at=at,
        kind="resealing",
        object_id=run.pk,
        person_id=run.person_id,
        organisation_id=run.organisation_id,
    )


def to_do(run: Resealing) -> models.QuerySet[DataKey]:
    """The keys that this resealing still has to replace or to let go."""
    keys = DataKey.objects.filter(destroyed_at__isnull=True)
    if run.organisation_id:
        keys = keys.filter(organisation_id=run.organisation_id)
    if run.person_id:
        keys = keys.filter(person_id=run.person_id)
    return keys.filter(Q(retired_at__isnull=False) | _older_than(run))


def organisations_to_do(run: Resealing) -> list[UUID]:
    """Those whose own key is still the old one: with it, every new key of a person would open."""
    keys = OrganisationKey.objects.filter(_older_than(run), retired_at__isnull=True)
    if run.organisation_id:
        keys = keys.filter(organisation_id=run.organisation_id)
    return sorted(keys.values_list("organisation_id", flat=True))


def _older_than(run: Resealing) -> Q:
    """Keys that neither this resealing made nor a later one. Clocks of several machines need not agree."""
    return (Q(resealing__isnull=True) | Q(resealing__started_at__lte=run.started_at)) & ~Q(resealing=run.pk)


def renew_organisation_key(run: Resealing, organisation_id: UUID, *, at: datetime) -> None:
    """A new key for an organisation, unless it has got one from this resealing or a later one."""
    with transaction.atomic():
        keyring.one_at_a_time(organisation_id)
        if organisation_id in organisations_to_do(run):
            keyring.rotate_organisation_key(organisation_id, at=at, resealing=run)


def replace_keys(run: Resealing, persons: Iterable[UUID], *, at: datetime) -> None:
    """New keys for those of `persons` whose key in use is not of this resealing and held by nobody."""
    due = to_do(run).filter(person_id__in=list(persons), retired_at__isnull=True)
    for organisation_id in sorted(set(due.values_list("organisation_id", flat=True))):
        with transaction.atomic():
            keyring.one_at_a_time(organisation_id)
            _replace_keys_of(run, due.filter(organisation_id=organisation_id), organisation_id, at=at)


def _replace_keys_of(
    run: Resealing, due: models.QuerySet[DataKey], organisation_id: UUID, *, at: datetime
) -> None:
    old = list(due.select_for_update(skip_locked=True, no_key=True, of=("self",)))
    DataKey.objects.filter(id__in=[key.pk for key in old]).update(retired_at=at)
    drawn = keyring.draw_person_keys([key.person_id for key in old], organisation_id=organisation_id, at=at)
    new = [row for row, _ in drawn]
    for row in new:
        row.resealing = run
    DataKey.objects.bulk_create(new)


def seal_rows(persons: Iterable[UUID], *, report: Report) -> int:
    """Seals up to MOST_ROWS rows of each model under their person's new key; how many it was."""
    with transaction.atomic():
        keys = {key.id: key for key in keyring.living_keys_of_all(_holding(persons))}
        new = {key.person_id: key for key in keys.values() if key.in_use}
        if len(new) == len(keys):
            return 0
        _point_at(new, keys)
        return sum(_seal_rows_of(model, keys, new, report=report) for model in sealed_models())


def _holding(persons: Iterable[UUID]) -> list[UUID]:
    """Those whose key in use is there; it stays so until the transaction ends."""
    in_use = DataKey.objects.filter(
        person_id__in=list(persons), retired_at__isnull=True, destroyed_at__isnull=True
    )
    people = in_use.values_list("person_id", flat=True)
    if connection.vendor != "postgresql":
        return list(people)
    statement, values = people.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} FOR SHARE SKIP LOCKED", values)
        return [row[0] for row in cursor.fetchall()]


def _key_columns() -> list[tuple[type[models.Model], str]]:
    """Where rows say under which key they are sealed."""
    return [(one.related_model, one.field.attname) for one in DataKey._meta.related_objects]


def _point_at(new: Mapping[UUID, keyring.PersonKey], keys: Mapping[UUID, keyring.PersonKey]) -> None:
    old = [key.id for key in keys.values() if not key.in_use]
    for model, column in _key_columns():
        rows = model._base_manager.filter(**{f"{column}__in": old}).select_for_update(skip_locked=True)
        for pk, key_id in list(rows.values_list("pk", column)):
            model._base_manager.filter(pk=pk).update(**{column: new[keys[key_id].person_id].id})


def _seal_rows_of(
    sealed: SealedModel,
    keys: Mapping[UUID, keyring.PersonKey],
    new: Mapping[UUID, keyring.PersonKey],
    *,
    report: Report,
) -> int:
    old = [key.id for key in keys.values() if not key.in_use]
    rows = sealed.under(old, new).exclude(pk__in=report.damaged_in(sealed.model))
    count = 0
    for row in rows.select_for_update(skip_locked=True, no_key=True)[:MOST_ROWS]:
        changed = {}
        for name in sealed.names:
            try:
                changed.update(_sealed_anew(row, name, keys, new[row.person_id]))
            except envelopes.EnvelopeRefused:
                report.damaged.add((sealed.model._meta.label, row.pk))
        if changed:
            sealed.model._base_manager.filter(pk=row.pk).update(**changed)
            count += 1
    return count


def _sealed_anew(
    row: Any, name: str, keys: Mapping[UUID, keyring.PersonKey], new: keyring.PersonKey
) -> dict[str, bytes]:
    """The field with its new envelope; nothing when there is nothing to do."""
    sealed = bytes(getattr(row, name))
    if not sealed or fields.key_id_of(sealed) == new.id:
        return {}
    content = fields.open_bytes(row, name, sealed, keys=keys)
    return {name: fields.seal_bytes(row, name, content, key=new)}


def seal_files(persons: Iterable[UUID], *, report: Report) -> None:
    """Has every keeper seal anew what it keeps of these people; outside a transaction."""
    for person_id in persons:
        for keeper in _keepers:
            report.damaged |= {(type(keeper).__name__, place) for place in keeper.seal_again(person_id)}


def let_go(persons: Iterable[UUID], *, by: Doer, at: datetime) -> int:
    """Destroys the old keys of those for whom nothing needs them any more; how many people it was."""
    with transaction.atomic():
        old = _retired(persons)
        needed = _needing(old)
        people = {}
        for key in old:
            living = DataKey.objects.filter(pk=key.pk, destroyed_at__isnull=True)
            if key.person_id not in needed and living.update(wrapped=b"", destroyed_at=at):
                people[key.person_id] = key.organisation_id
        for person_id, organisation_id in people.items():
            record(
                "key.replace",
                by=by,
                at=at,
                kind="person",
                object_id=person_id,
                person_id=person_id,
                organisation_id=organisation_id,
            )
    return len(people)


def _retired(persons: Iterable[UUID]) -> list[DataKey]:
    living = DataKey.objects.filter(person_id__in=list(persons), destroyed_at__isnull=True)
    return list(living.filter(retired_at__isnull=False))


def with_old_keys(persons: Iterable[UUID]) -> list[UUID]:
    """Those of `persons` of whom something may still lie under an old key."""
    return sorted({key.person_id for key in _retired(persons)})


def _needing(old: Sequence[DataKey]) -> set[UUID]:
    """The people of whom something is still sealed under one of these keys, or says so."""
    persons = {key.pk: key.person_id for key in old}
    needed = {persons[key_id] for key_id in persons if any(keeper.is_needed(key_id) for keeper in _keepers)}
    for sealed in sealed_models():
        needed |= set(sealed.under(persons, persons.values()).values_list(sealed.person, flat=True))
    for model, column in _key_columns():
        rows = model._base_manager.filter(**{f"{column}__in": list(persons)})
        needed |= {persons[key_id] for key_id in rows.values_list(column, flat=True)}
    return needed
