from django.apps import AppConfig


class Identification(AppConfig):
    name = "tutela.identification"
    label = "identification"
