"""What docs/ draws is what the code does."""

from django.core.management import call_command


def test_the_drawn_life_cycles_are_those_of_the_code() -> None:
    call_command("draw_states", check=True)


def test_the_written_roles_are_those_of_the_table() -> None:
    call_command("draw_roles", check=True)
