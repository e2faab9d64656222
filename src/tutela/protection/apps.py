from django.apps import AppConfig


class Protection(AppConfig):
    name = "tutela.protection"
    label = "protection"

    def ready(self) -> None:
        from tutela.protection import pathway

        pathway.register()
