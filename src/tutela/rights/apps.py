from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Rights(AppConfig):
    name = "tutela.rights"
    label = "rights"

    def ready(self) -> None:
        """Says what follows from earlier stages, and what the file and the sweep of clocks get from here."""
        from tutela.foundation.access.decision import Purpose
        from tutela.foundation.access.models import Section
        from tutela.foundation.clocks.actions import when_breached, when_run_out
        from tutela.foundation.roles import Permission
        from tutela.people import pathway
        from tutela.people.happenings import name_objects
        from tutela.people.pathway import FileTab, Milestone
        from tutela.rights import timing
        from tutela.rights.actions import end_at_erasure, mark_breached, mark_run_out, sync_at_milestone
        from tutela.rights.changes.actions import forget_person
        from tutela.rights.changes.queries import change_titles
        from tutela.rights.queries import titles_of

        for milestone in (
            Milestone.SCREENED,
            Milestone.DECISION_REQUESTED,
            Milestone.GROUNDS_POSITIVE,
            Milestone.GROUNDS_NEGATIVE,
        ):
            pathway.when(milestone, sync_at_milestone)
        pathway.when(Milestone.ERASED, end_at_erasure)
        pathway.when(Milestone.ERASED, forget_person)
        when_breached(timing.DEADLINE, mark_breached)
        for kind in (timing.PROTECTION, timing.SUSPENSION, timing.REMEDY):
            when_run_out(kind, mark_run_out)
        name_objects("right", titles_of)
        name_objects("law", change_titles)
        pathway.offer_tab(
            FileTab(
                key="rights",
                label=_("Rights"),
                url_name="rights",
                section=Section.RIGHTS,
                permission=Permission.CASE_READ,
                purpose=Purpose.CARE,
                order=50,
            )
        )
