#!/usr/bin/env python3
"""Run a management command of labsys."""

import os
import sys

# Work on files alone, also where nothing is installed but the packages.
WITHOUT_DATABASE = ("analyse",)


def main() -> None:
    is_offline = sys.argv[1:2] and sys.argv[1] in WITHOUT_DATABASE
    settings = "labsys.settings_offline" if is_offline else "labsys.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    if (
        not os.environ.get("DATABASE_URL")
        and os.environ["DJANGO_SETTINGS_MODULE"] == "labsys.settings"
    ):
        from labsys.launch import environment

        environment.load()  # what `./lab up` wrote for this installation, if it ran
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError as missing:
        sys.exit(f"labsys is not installed here ({missing}). Run ./lab up first.")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        sys.exit(f"labsys cannot start: {wrong}")


if __name__ == "__main__":
    main()
