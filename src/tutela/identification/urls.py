"""Addresses of screenings, requests and decisions."""

from django.urls import path

from tutela.identification.views import authority, grounds, screening

urlpatterns = [
    path("files/<uuid:person_id>/screening/", screening.screenings, name="screening"),
    path("files/<uuid:person_id>/screening/new/<slug:pack>/", screening.new, name="screening-new"),
    path("files/<uuid:person_id>/screening/<uuid:screening_id>/", screening.one, name="screening-one"),
    path("files/<uuid:person_id>/decision/", grounds.decision, name="decision"),
    path("files/<uuid:person_id>/decision/new/", grounds.new, name="decision-new"),
    path(
        "files/<uuid:person_id>/decision/<uuid:request_id>/withdraw/",
        grounds.withdraw,
        name="decision-withdraw",
    ),
    path("files/<uuid:person_id>/decision/<uuid:request_id>/notice/", grounds.notice, name="decision-notice"),
    path("decisions/", authority.decisions, name="decisions"),
    path("decisions/<uuid:request_id>/", authority.decide, name="decision-decide"),
]
