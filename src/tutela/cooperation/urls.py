"""Addresses of referrals."""

from django.urls import path

from tutela.cooperation import views

urlpatterns = [
    path("referrals/", views.referrals, name="referrals"),
    path("referrals/<uuid:referral_id>/", views.referral, name="referral"),
    path("referrals/<uuid:referral_id>/answer/", views.answer, name="referral-answer"),
    path("referrals/<uuid:referral_id>/outcome/", views.outcome, name="referral-outcome"),
    path("referrals/<uuid:referral_id>/revoke/", views.revoke, name="referral-revoke"),
    path("files/<uuid:person_id>/referrals/", views.file_referrals, name="file-referrals"),
    path("files/<uuid:person_id>/referrals/new/", views.new, name="referral-new"),
]
