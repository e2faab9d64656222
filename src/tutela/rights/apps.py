from django.apps import AppConfig


class Rights(AppConfig):
    name = "tutela.rights"
    label = "rights"
