"""Addresses of a person's rights, and of the library of law."""

from django.urls import path

from tutela.rights import views
from tutela.rights.changes import views as changes

urlpatterns = [
    path("files/<uuid:person_id>/rights/", views.rights, name="rights"),
    path("files/<uuid:person_id>/rights/update/", views.update, name="rights-update"),
    path("files/<uuid:person_id>/rights/confirm/", views.confirm, name="rights-confirm"),
    path("files/<uuid:person_id>/rights/gone-through/", views.gone_through, name="rights-gone-through"),
    path("files/<uuid:person_id>/rights/answers/", views.answers, name="rights-answers"),
    path("files/<uuid:person_id>/rights/person/", views.for_the_person, name="rights-for-person"),
    path("files/<uuid:person_id>/rights/sheet.pdf", views.sheet, name="rights-sheet"),
    path(
        "files/<uuid:person_id>/rights/law/<uuid:change_id>/",
        changes.law_change_in_file,
        name="law-change-in-file",
    ),
    path(
        "files/<uuid:person_id>/rights/law/<uuid:change_id>/looked/",
        changes.law_change_looked,
        name="law-change-looked",
    ),
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
    path("library/changes/", changes.law_changes, name="law-changes"),
    path("library/changes/new/", changes.law_change_new, name="law-change-new"),
    path("library/changes/new/list/", changes.law_change_list, name="law-change-list"),
    path("library/changes/<uuid:change_id>/", changes.law_change, name="law-change"),
    path("library/changes/<uuid:change_id>/propose/", changes.law_change_propose, name="law-change-propose"),
    path(
        "library/changes/<uuid:change_id>/take-back/", changes.law_change_withdraw, name="law-change-withdraw"
    ),
    path("library/changes/<uuid:change_id>/renew/", changes.law_change_renew, name="law-change-renew"),
    path("library/changes/<uuid:change_id>/decide/", changes.law_change_decide, name="law-change-decide"),
    path("library/changes/<uuid:change_id>/return/", changes.law_change_return, name="law-change-return"),
    path("library/changes/<uuid:change_id>/files/", changes.law_change_files, name="law-change-files"),
    path("library/<slug:entry>/", views.library_entry, name="library-entry"),
]
