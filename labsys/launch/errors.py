"""What the launcher says when it cannot go on."""


class LaunchError(Exception):
    """One plain sentence to the person at the keyboard, and what to do about it."""
