from django.apps import AppConfig


class Organisations(AppConfig):
    name = "tutela.foundation.organisations"
    label = "organisations"
