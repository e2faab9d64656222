from django.apps import AppConfig


class People(AppConfig):
    name = "tutela.people"
    label = "people"

    def ready(self) -> None:
        from tutela.people import file

        file.register()
