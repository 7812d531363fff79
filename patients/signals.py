"""What patients announces upward, inside the transaction in which it happens."""

from django.dispatch import Signal

# Sent with `persons` (the ids of all entries concerned), `by` and `at` when entries are read as one
# person, parted again, or their demographics set right: what names another person may fit now.
identity_changed = Signal()
# Sent with `persons`, `by` and `at` when an identifier is recorded for them, or with their entry: who
# was unknown under it is known now.
persons_identified = Signal()
# Sent with `persons`, `by` and `at` when something about them is recorded on which other apps decide:
# a quarantine, a death in a ward, or that who they are was checked or doubted.
person_facts_changed = Signal()
# Sent with `persons`, `by` and `at` when a stay of theirs begins or ends.
stays_changed = Signal()
# Sent with `location`, `by` and `at` when a place is opened, or opened again.
place_opened = Signal()
# Sent with `lift`, `by` and `at` when a quarantine is lifted; a receiver that raises refuses the lift.
quarantine_lifted = Signal()
# Sent with `intervention`, `by` and `at` when something that was done to somebody is recorded, set right
# or taken back.
intervention_recorded = Signal()
