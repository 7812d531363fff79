"""Sending an e-mail whose subject and text name nobody."""

from __future__ import annotations

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from labsys.lib.webhooks import NotDelivered

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def send(*, to: str, subject: str, text: str) -> None:
    """Send one message to one address; NotDelivered where no server took it."""
    if settings.EMAIL_BACKEND == SMTP and not settings.EMAIL_HOST:
        raise NotDelivered(_("No mail server is set (LABSYS_SMTP_HOST)."))
    message = EmailMessage(subject=subject, body=text, to=[to], connection=get_connection())
    try:
        sent = message.send()
    except (OSError, SMTPException) as error:
        raise NotDelivered(
            _("The mail server did not take it (%(why)s).") % {"why": type(error).__name__}
        ) from error
    if not sent:
        raise NotDelivered(_("The mail server did not take it (%(why)s).") % {"why": "none sent"})
