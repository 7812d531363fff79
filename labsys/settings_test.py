"""Settings of the tests: a throw-away PostgreSQL and Valkey, started before Django loads.

The servers of one session are shared by its parallel workers. DATABASE_URL and
MIGRATE_DATABASE_URL are ignored: a test can never touch a hospital's data.
"""

import atexit
import os
import shutil
import tempfile

from labsys.launch import throwaway

SERVERS = throwaway.start()
TEMPLATE = "labsys_template"

for _name in list(os.environ):
    if _name.startswith("LABSYS_") and not _name.startswith(("LABSYS_TEST_", "LABSYS_PG_BIN")):
        if _name not in ("LABSYS_LOG_LEVEL", "LABSYS_FAULT", "LABSYS_FAULTS_ALLOWED"):
            del os.environ[_name]
os.environ.update(
    LABSYS_SECRET_KEY="tests-only",
    LABSYS_FIELD_KEYS="t2:" + "A" * 43 + "=,t1:" + "B" * 42 + "A=",
    DATABASE_URL=SERVERS.runtime_url(TEMPLATE),
    MIGRATE_DATABASE_URL=SERVERS.owner_url(TEMPLATE),
    REDIS_URL=SERVERS.redis_url,
    HOSPITAL_TIME_ZONE="UTC",
)

from labsys.settings import *  # noqa: E402, F403

LABSYS_IS_TEST = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_CONTENTS = tempfile.mkdtemp(prefix="labsys-contents-")
atexit.register(shutil.rmtree, _CONTENTS, ignore_errors=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "contents": {
        "BACKEND": "labsys.lib.contents.ContentStorage",
        "OPTIONS": {"location": _CONTENTS},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
AXES_ENABLED = True
# What a test replaces in this process is what computes; those of the process apart start it.
LABSYS_CONFINED = False
# Static files come straight from the apps: nothing is collected for a test.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
