"""Addresses of one's own account."""

from __future__ import annotations

from django.urls import path

from labsys.accounts import pages

urlpatterns = [
    path("login", pages.login, name="login"),
    path("logout", pages.log_out, name="logout"),
    path("password", pages.change_password, name="password_change"),
]
