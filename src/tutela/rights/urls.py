"""Addresses of a person's rights, and of the library of law."""

from django.urls import path

from tutela.rights import views

urlpatterns = [
    path("files/<uuid:person_id>/rights/", views.rights, name="rights"),
    path("files/<uuid:person_id>/rights/update/", views.update, name="rights-update"),
    path("files/<uuid:person_id>/rights/confirm/", views.confirm, name="rights-confirm"),
    path("files/<uuid:person_id>/rights/gone-through/", views.gone_through, name="rights-gone-through"),
    path("files/<uuid:person_id>/rights/answers/", views.answers, name="rights-answers"),
    path("files/<uuid:person_id>/rights/person/", views.for_the_person, name="rights-for-person"),
    path("files/<uuid:person_id>/rights/sheet.pdf", views.sheet, name="rights-sheet"),
    path("files/<uuid:person_id>/rights/<slug:right>/", views.right, name="right"),
    path("files/<uuid:person_id>/rights/<slug:right>/extend/", views.extend, name="right-extend"),
    path("files/<uuid:person_id>/rights/<slug:right>/look/", views.look, name="right-look"),
    path("files/<uuid:person_id>/rights/<slug:right>/late/", views.see_late, name="right-late"),
    path("library/", views.library, name="library"),
    path("library/compare/", views.library_compare, name="library-compare"),
    path("library/compare.csv", views.library_compare_csv, name="library-compare-csv"),
    path("library/compare.xlsx", views.library_compare_xlsx, name="library-compare-xlsx"),
    path("library/differences/", views.library_differences, name="library-differences"),
    path("library/instruments/<slug:instrument>/", views.library_instrument, name="library-instrument"),
    path("library/states/<slug:state>/", views.library_state, name="library-state"),
    path("library/rights/<slug:right>/", views.library_right, name="library-right"),
    path("library/<slug:entry>/", views.library_entry, name="library-entry"),
]
