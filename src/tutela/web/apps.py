from django.apps import AppConfig


class Web(AppConfig):
    name = "tutela.web"
    label = "web"
