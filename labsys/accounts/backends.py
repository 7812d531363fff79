"""Checking a person's password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from labsys.accounts.models import User


class PrincipalBackend:
    """Log a person in by username and password; unknown names cost the same time as known ones."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **_: Any
    ) -> User | None:
        user = User.objects.select_related("principal").filter(username=username).first()
        if user is None:
            make_password(password)
            return None
        if check_password(password, user.password) and self.user_can_authenticate(user):
            return user
        return None

    def user_can_authenticate(self, user: User) -> bool:
        return user.is_active and user.principal.is_active

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("principal").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def has_perm(self, user: User, perm: str, obj: object = None) -> bool:
        return False
