"""Addresses of a person's file that belong to the person."""

from django.urls import path

from tutela.people.views import consent, documents, identity, timeline

urlpatterns = [
    path("files/<uuid:person_id>/person/", identity.person, name="person"),
    path("files/<uuid:person_id>/person/name/", identity.person_name, name="person-name"),
    path("files/<uuid:person_id>/person/contact/", identity.person_contact, name="person-contact"),
    path("files/<uuid:person_id>/person/change/", identity.person_change, name="person-change"),
    path("files/<uuid:person_id>/person/erase/", identity.person_erase, name="person-erase"),
    path("files/<uuid:person_id>/consent/", consent.consent, name="consent"),
    path("files/<uuid:person_id>/consent/<slug:scope>/", consent.consent_answer, name="consent-answer"),
    path("files/<uuid:person_id>/documents/", documents.documents, name="documents"),
    path("files/<uuid:person_id>/documents/<uuid:document_id>/", documents.document, name="document"),
    path("files/<uuid:person_id>/timeline/", timeline.timeline, name="timeline"),
]
