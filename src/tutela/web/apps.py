from django.apps import AppConfig


class Web(AppConfig):
    name = "tutela.web"
    label = "web"

    def ready(self) -> None:
        from tutela.web import rail

        rail.lay_out()
