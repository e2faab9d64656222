"""Addresses of accounts. Of django-allauth only what is needed: nobody signs up, nothing goes by mail."""

from django.urls import path

from tutela.foundation.organisations.views import account, colleagues, entrance, hosted

urlpatterns = [
    path("sign-in/", hosted.sign_in, name="account_login"),
    path("sign-in/second-step/", hosted.second_step, name="mfa_authenticate"),
    path("sign-in/passkey/", hosted.passkey_sign_in, name="mfa_login_webauthn"),
    path("sign-out/", hosted.sign_out, name="account_logout"),
    path("invitation/<str:secret>/", entrance.invitation, name="invitation"),
    path("new-password/<str:secret>/", entrance.new_password, name="new-password"),
    path("account/", account.account, name="account"),
    path("account/language/", account.language, name="account-language"),
    path("account/password/", hosted.change_password, name="account_change_password"),
    path("account/still-me/", hosted.still_me, name="account_reauthenticate"),
    path("account/still-me/code/", hosted.still_me_code, name="mfa_reauthenticate"),
    path("account/still-me/passkey/", hosted.still_me_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/second-factor/", entrance.second_factor, name="second-factor"),
    path("account/ways/", hosted.ways, name="mfa_index"),
    path("account/ways/app/", hosted.add_app, name="mfa_activate_totp"),
    path("account/ways/app/remove/", hosted.remove_app, name="mfa_deactivate_totp"),
    path("account/ways/passkeys/", hosted.passkeys, name="mfa_list_webauthn"),
    path("account/ways/passkeys/add/", hosted.add_passkey, name="mfa_add_webauthn"),
    path("account/ways/passkeys/<int:pk>/remove/", hosted.remove_passkey, name="mfa_remove_webauthn"),
    path("account/ways/codes/", hosted.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/ways/codes/new/", hosted.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("colleagues/", colleagues.colleagues, name="colleagues"),
    path("colleagues/invite/", colleagues.invite, name="colleague-invite"),
    path(
        "colleagues/invited/<uuid:invitation_id>/withdraw/",
        colleagues.withdraw,
        name="invitation-withdraw",
    ),
    path("colleagues/<uuid:user_id>/", colleagues.colleague, name="colleague"),
    path("colleagues/<uuid:user_id>/close/", colleagues.close, name="colleague-close"),
    path("colleagues/<uuid:user_id>/reopen/", colleagues.reopen, name="colleague-reopen"),
    path("colleagues/<uuid:user_id>/reset/", colleagues.reset, name="colleague-reset"),
]
