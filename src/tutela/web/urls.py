"""Every address of Tutela, in the order of the pathway."""

from django.urls import include, path
from django.views.i18n import set_language

from tutela.api.assembly import api
from tutela.foundation.access.http import public
from tutela.web import views

urlpatterns = [
    path("", include("tutela.reporting.urls")),
    path("", include("tutela.protection.urls")),
    path("", include("tutela.people.urls")),
    path("", include("tutela.identification.urls")),
    path("", include("tutela.rights.urls")),
    path("", include("tutela.cooperation.urls")),
    path("", include("tutela.foundation.organisations.urls")),
    path("", include("tutela.foundation.audit.urls")),
    path("api/v1/", api.urls),
    path("language/", public(set_language), name="set_language"),
    path("leave/", views.leave, name="leave"),
    path("components/", views.components, name="components"),
    path("components/public/", views.components_public, name="components-public"),
]

handler400 = "tutela.web.errors.bad_request"
handler403 = "tutela.web.errors.forbidden"
handler404 = "tutela.web.errors.not_found"
handler429 = "tutela.web.errors.too_many"
handler500 = "tutela.web.errors.broken"
