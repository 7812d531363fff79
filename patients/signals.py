"""What patients announces upward, inside the transaction in which it happens."""

from django.dispatch import Signal

# Sent with `persons` (the ids of all entries concerned), `by` and `at` when entries are read as one
# person, parted again, or their demographics set right: what names another person may fit now.
identity_changed = Signal()
