"""Addresses of protection: the day, the list, one case, the supervisor's watch."""

from django.urls import path

from tutela.protection.views import cases, day, file, team, work

urlpatterns = [
    path("", day.home, name="home"),
    path("overview/", day.overview, name="overview"),
    path("emergency/", team.emergency, name="emergency"),
    path("emergencies/", team.emergencies, name="emergencies"),
    path("emergencies/<uuid:opening_id>/", team.emergency_review, name="emergency-review"),
    path("files/", cases.files, name="files"),
    path("files/new/", cases.file_new, name="file-new"),
    path("files/<uuid:person_id>/", file.file, name="file"),
    path("files/<uuid:person_id>/change/", file.case_change, name="case-change"),
    path("files/<uuid:person_id>/close/", file.case_close, name="case-close"),
    path("files/<uuid:person_id>/reopen/", file.case_reopen, name="case-reopen"),
    path("files/<uuid:person_id>/needs/", work.needs, name="needs"),
    path("files/<uuid:person_id>/needs/<uuid:need_id>/met/", work.need_met, name="need-met"),
    path("files/<uuid:person_id>/tasks/", work.tasks, name="tasks"),
    path("files/<uuid:person_id>/tasks/<uuid:task_id>/done/", work.task_done, name="task-done"),
    path("files/<uuid:person_id>/notes/new/", work.note_new, name="note-new"),
    path("files/<uuid:person_id>/team/", team.team, name="team"),
    path("files/<uuid:person_id>/team/assign/", team.team_assign, name="team-assign"),
    path("files/<uuid:person_id>/team/<uuid:user_id>/leave/", team.team_unassign, name="team-unassign"),
    path("files/<uuid:person_id>/conflict/", team.conflict, name="conflict"),
    path("files/<uuid:person_id>/emergency/", team.break_glass, name="break-glass"),
]
