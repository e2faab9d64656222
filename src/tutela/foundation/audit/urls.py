"""Addresses of the log."""

from django.urls import path

from tutela.foundation.audit import views

urlpatterns = [
    path("audit/", views.events, name="audit"),
    path("audit/<uuid:event_id>/proof/", views.proof, name="audit-proof"),
]
