from django.apps import AppConfig


class Protection(AppConfig):
    name = "tutela.protection"
    label = "protection"
