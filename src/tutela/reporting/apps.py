from django.apps import AppConfig


class Reporting(AppConfig):
    name = "tutela.reporting"
    label = "reporting"
