from django.apps import AppConfig


class Vault(AppConfig):
    name = "tutela.foundation.vault"
    label = "vault"
