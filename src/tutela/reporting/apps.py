from django.apps import AppConfig


class Reporting(AppConfig):
    name = "tutela.reporting"
    label = "reporting"

    def ready(self) -> None:
        from tutela.foundation.vault.keyring import keeps_wrapped
        from tutela.people import pathway
        from tutela.reporting.actions import forget_reports
        from tutela.reporting.models import Desk

        keeps_wrapped(Desk, kind="desk key")
        pathway.when(pathway.Milestone.ERASED, forget_reports)
