from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Cooperation(AppConfig):
    name = "tutela.cooperation"
    label = "cooperation"

    def ready(self) -> None:
        from tutela.cooperation.actions import revoke_without_consent
        from tutela.foundation.access.decision import Purpose
        from tutela.foundation.access.models import Section
        from tutela.foundation.roles import Permission
        from tutela.people import pathway

        pathway.when(pathway.Milestone.CONSENT_WITHDRAWN, revoke_without_consent)
        pathway.offer_tab(
            pathway.FileTab(
                key="referrals",
                label=_("Referrals"),
                url_name="file-referrals",
                section=Section.SUMMARY,
                permission=Permission.REFERRAL_SEND,
                purpose=Purpose.REFERRAL,
                order=60,
            )
        )
