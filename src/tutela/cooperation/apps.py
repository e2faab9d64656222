from django.apps import AppConfig


class Cooperation(AppConfig):
    name = "tutela.cooperation"
    label = "cooperation"
