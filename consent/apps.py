from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """What people agreed to, their weekly checks, and what follows from both."""

    name = "consent"

    def ready(self) -> None:
        from consent import policy, receivers

        policy.register()
        receivers.connect()
