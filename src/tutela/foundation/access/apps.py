from django.apps import AppConfig


class Access(AppConfig):
    name = "tutela.foundation.access"
    label = "access"
