"""Addresses: the public portal under /tell/, the desk's inbox under /reports/."""

from django.urls import path

from tutela.reporting.views import inbox, portal

urlpatterns = [
    path("tell/", portal.desks, name="tell"),
    path("tell/<slug:slug>/", portal.tell, name="tell-desk"),
    path("tell/<slug:slug>/answer/", portal.mailbox, name="tell-answer"),
    path("reports/", inbox.reports, name="reports"),
    path("reports/new/", inbox.call, name="report-new"),
    path("reports/<uuid:report_id>/", inbox.report, name="report"),
    path("reports/<uuid:report_id>/weigh/", inbox.weigh, name="report-weigh"),
    path("reports/<uuid:report_id>/answer/", inbox.answer, name="report-answer"),
    path("reports/<uuid:report_id>/close/", inbox.close, name="report-close"),
]
