"""The tables that hold a case, and their columns in the order in which they are filled in bulk."""

from __future__ import annotations

from uuid import UUID

from tutela.demo.rows import Table
from tutela.foundation.access.models import Assignment, Grant
from tutela.foundation.audit.models import Event
from tutela.foundation.clocks.models import Clock
from tutela.foundation.vault.models import DataKey
from tutela.identification.models import GroundsRequest
from tutela.people import search
from tutela.people.models import Consent, Happening, Person
from tutela.protection.models import Case, Task
from tutela.rights.models import Right, RightBreach


class Tables:
    """The tables of a case, each with its columns in the order in which they are filled."""

    def __init__(self) -> None:
        self.keys = Table(
            DataKey,
            "id organisation_id person_id organisation_key_id wrapped created_at retired_at destroyed_at"
            " resealing_id",
        )
        self.people = Table(
            Person,
            "id organisation_id data_key_id pseudonym real_name date_of_birth contact_channel contact_address"
            " contact_rules code_word wishes language needs_interpreter age_group sex citizenship facts"
            " version created_at erased_at",
        )
        self.cases = Table(
            Case,
            "id organisation_id person_id reference country region status stage danger exploitation report_id"
            " opened_at opened_by_id closed_at closed_by_id closure_reason version",
        )
        self.assignments = Table(Assignment, "id organisation_id person_id user_id is_lead since until")
        self.consents = Table(
            Consent,
            "id organisation_id person_id scope version given language with_interpreter given_by"
            " text_version at recorded_by_id",
        )
        self.happenings = Table(Happening, "id organisation_id person_id kind note at by_id object_id")
        self.tasks = Table(
            Task,
            "id organisation_id person_id kind note due_on assigned_to_id created_at created_by_id done_at"
            " done_by_id",
        )
        self.clocks = Table(
            Clock,
            "id organisation_id person_id kind object_id source country region amount unit first_day_counts"
            " end_rule is_term started_at due_at warn_at extended_to extended_at state ended_at",
        )
        self.requests = Table(
            GroundsRequest,
            "id organisation_id person_id authority_id statement screening_id requested_at requested_by_id"
            " clock_id due_at status reasons decided_at decided_by_id notice_given_at notice_given_by_id"
            " notice_language version",
        )
        self.grants = Table(
            Grant,
            "id organisation_id to_organisation_id person_id sections purpose basis source_kind source_id"
            " granted_at expires_at ended_at",
        )
        self.rights = Table(
            Right,
            "id organisation_id person_id right country status bases due_since before decided_on by_facts"
            " lapse lapsed_on look version",
        )
        self.breaches = Table(
            RightBreach,
            "id organisation_id person_id right_id clock_id missed_at found_at seen_at seen_by_id settled_at",
        )
        self.events = Table(
            Event,
            "id at actor_id actor_organisation_id organisation_id verb kind object_id person_id purpose basis"
            " outcome details",
        )
        self.names: list[tuple[UUID, UUID, list[str]]] = []

    def write(self) -> None:
        """In the order in which the rows need one another."""
        for table in (self.keys, self.people, self.cases, self.assignments, self.consents, self.happenings):
            table.write()
        for table in (self.tasks, self.clocks, self.requests, self.grants, self.rights, self.breaches):
            table.write()
        self.events.write()
        names, self.names = self.names, []
        search.put_tokens(names)
