from django.apps import AppConfig


class Clocks(AppConfig):
    name = "tutela.foundation.clocks"
    label = "clocks"
