from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who may log in, as whom they act and what their roles allow."""

    name = "labsys.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from django.contrib.auth import user_logged_in
        from django.contrib.auth.models import update_last_login

        from labsys.accounts import logins, roles
        from labsys.accounts import policy as own_policy
        from labsys.lib import policy

        # Sessions keep the moments of logging in; a login is not a change of the user's row.
        user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")
        user_logged_in.connect(logins.begin, dispatch_uid="labsys.logins")
        policy.install(roles.GRANTS, exclusive=roles.EXCLUSIVE)
        own_policy.register()
