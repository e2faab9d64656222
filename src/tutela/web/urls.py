"""Every address of Tutela, in the order of the pathway."""

from django.urls import include, path

urlpatterns = []
