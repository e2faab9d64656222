from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Web(AppConfig):
    name = "tutela.web"
    label = "web"

    def ready(self) -> None:
        from django.forms import Field

        from tutela.web import rail

        rail.lay_out()
        # Django's own words, "This field is required.", are those of a form, not of somebody who asks.
        Field.default_error_messages["required"] = _("Please answer this.")
