"""Whoever types at the server's terminal: known by their password, as at the login page.

A command that writes in somebody's name asks here first: who can start commands on the server is
not yet the person they name.
"""

from __future__ import annotations

import getpass
import sys

from django.http import HttpRequest
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal, User
from labsys.accounts.rules.usernames import normalize
from labsys.accounts.step_ups import LONGEST_PASSWORD, is_right
from labsys.lib.errors import NotAllowed

HERE = "127.0.0.1"


def person(username: str) -> Principal:
    """Ask for the password of a login, and return whose it is.

    At a terminal it is typed unseen; otherwise it is the first line of the standard input. Wrong ones
    count against the lockout of logins. Raises NotAllowed, for an unknown name as for a wrong password.
    """
    name = normalize(username)
    given = _typed(name)
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = HERE
    found = User.objects.select_related("principal").filter(username=name).first()
    is_known = len(given) <= LONGEST_PASSWORD and is_right(request, name, given)
    if found is None or not is_known:
        raise NotAllowed(_("This username and password do not go together."))
    if found.must_change_password:
        raise NotAllowed(_("Log in once and choose a password of your own first."))
    principal: Principal = found.principal
    return principal


def _typed(name: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(_("Password of %(name)s: ") % {"name": name})
    return sys.stdin.readline().rstrip("\n")
