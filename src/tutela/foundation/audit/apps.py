from django.apps import AppConfig


class Audit(AppConfig):
    name = "tutela.foundation.audit"
    label = "audit"
