"""Signatures, to look at; the acts that are signed write them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assays.admin.linked import LinkedAdmin
from assays.models import Signature


@admin.register(Signature)
class SignatureAdmin(LinkedAdmin):
    """Who signed, when and with which meaning; its page computes the digests anew."""

    address = "signature"
    leads_to = _("Read again and compare")
    fields = ("signed_name", "signed_by", "signed_at", "meaning", "rule_set", "sha256")
    list_display = ("id", "signed_at", "signed_name", "meaning", "rule_set")
    list_filter = ("meaning",)
    search_fields = ("=id", "=signed_by__name", "=sha256")
