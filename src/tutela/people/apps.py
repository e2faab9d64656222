from django.apps import AppConfig


class People(AppConfig):
    name = "tutela.people"
    label = "people"

    def ready(self) -> None:
        from tutela.foundation.vault.resealing import keeps_sealed
        from tutela.people import attachments, file

        file.register()
        keeps_sealed(attachments.Papers())
