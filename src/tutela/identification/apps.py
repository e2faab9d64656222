from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Identification(AppConfig):
    name = "tutela.identification"
    label = "identification"

    def ready(self) -> None:
        """Says what this stage knows for the law, what follows here, and what it puts on a person's file."""
        from tutela.foundation.access.decision import Purpose
        from tutela.foundation.access.models import Section
        from tutela.foundation.clocks.actions import when_breached, when_moved
        from tutela.foundation.roles import Permission
        from tutela.identification.actions.grounds import (
            CLOCK,
            follow_clock,
            withdraw_waiting,
            withdraw_without_consent,
        )
        from tutela.identification.header import recognition
        from tutela.identification.queries import (
            clocks_of_requests,
            facts_from_identification,
            facts_of_many,
            latest_status,
            rights_that_wait_for,
        )
        from tutela.people import pathway
        from tutela.people.pathway import FileTab, Milestone
        from tutela.rights import facts, waits
        from tutela.rights.actions import mark_breached

        when_breached(
            CLOCK,
            lambda requests, *, by, at: mark_breached(rights_that_wait_for(requests), by=by, at=at),
        )
        when_moved(CLOCK, follow_clock)
        facts.offer(facts_from_identification, ahead=facts_of_many)
        waits.keep(clocks_of_requests)
        pathway.when(Milestone.CONSENT_WITHDRAWN, withdraw_without_consent)
        pathway.when(Milestone.ERASED, withdraw_waiting)
        pathway.offer_column("grounds_status", latest_status)
        pathway.offer_header(recognition, section=Section.GROUNDS)
        for key, label, section, order in (
            ("screening", _("Screening"), Section.SCREENING, 30),
            ("decision", _("Decision"), Section.GROUNDS, 40),
        ):
            pathway.offer_tab(
                FileTab(
                    key=key,
                    label=label,
                    url_name=key,
                    section=section,
                    permission=Permission.CASE_READ,
                    purpose=Purpose.IDENTIFICATION,
                    order=order,
                )
            )
