from django.apps import AppConfig


class People(AppConfig):
    name = "tutela.people"
    label = "people"
