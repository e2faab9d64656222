"""Addresses of a person's rights, and of the library of law."""

from django.urls import path

from tutela.rights import views

urlpatterns = [
    path("files/<uuid:person_id>/rights/", views.rights, name="rights"),
    path("files/<uuid:person_id>/rights/update/", views.update, name="rights-update"),
    path("files/<uuid:person_id>/rights/answers/", views.answers, name="rights-answers"),
    path("files/<uuid:person_id>/rights/sheet.pdf", views.sheet, name="rights-sheet"),
    path("files/<uuid:person_id>/rights/<slug:entry>/", views.right, name="right"),
    path("library/", views.library, name="library"),
    path("library/<slug:entry>/", views.library_entry, name="library-entry"),
]
