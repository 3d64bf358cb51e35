"""Addresses of one's own account, beside those of an institution."""

from __future__ import annotations

from django.urls import path

from pendapa.organisation.views import account

urlpatterns = [
    path("", account.account, name="account"),
    path("sandi/", account.PasswordChange.as_view(), name="password_change"),
    path("terima/", account.accept, name="accept"),
    path("terima/<str:token>/", account.accept_link, name="accept_link"),
    path("tautan/<str:uidb64>/<str:token>/", account.SetPassword.as_view(), name="account_link"),
]
