"""Write access_matrix.csv from the addresses in the code. Read the difference before you commit."""

import os

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "labsys.settings_offline"
    django.setup()
    from tests.architecture.routes import write_table

    write_table()
