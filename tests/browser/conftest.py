"""A real browser on a real server: gunicorn as the runtime role, on a database of its own.

    def test_something(site, page, log_in): ...

`site` is the running server of one test module: its `url`, and its `database`, to which the tests'
own connection points as well. `page` is a Chromium page of a laptop. A console error, a failed
request or a breach of the content security policy fails the test that caused it.

Without Chromium these tests are skipped, counted in one line; where CI=true they fail.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.db import connections
from django.test import override_settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from labsys.launch import processes
from labsys.lib import contents
from tests.conftest import copy_template, drop_database, point_at

# Playwright runs an event loop in this thread; Django would refuse its queries beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome")
ARGON = "django.contrib.auth.hashers.Argon2PasswordHasher"
LAPTOP = {"width": 1366, "height": 768}
PATIENCE = 20.0
# How long anything on a page may take, in seconds: a machine that does much else is no fault of ours.
LONG = 30


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; skips (or fails in CI) where there is none."""
    given = os.environ.get("LABSYS_TEST_CHROMIUM")
    found = given or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("Chromium is not installed: apt-get install chromium")
    pytest.skip("Chromium is not installed (apt-get install chromium); browser tests left out")


@pytest.fixture(scope="session")
def playwright_session(chromium_path: str) -> Iterator[Playwright]:
    expect.set_options(timeout=1000 * LONG)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright_session: Playwright, chromium_path: str) -> Iterator[Browser]:
    found = playwright_session.chromium.launch(executable_path=chromium_path)
    yield found
    found.close()


@pytest.fixture(scope="session")
def static_files(chromium_path: str) -> Iterator[Path]:
    """The static files as production serves them, collected once."""
    with tempfile.TemporaryDirectory(prefix="labsys-test-static-") as folder:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "labsys.settings",
            "LABSYS_STATIC": folder,
        }
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        yield Path(folder)


@dataclass(frozen=True)
class Site:
    """A server that runs for the tests of one module."""

    url: str
    database: str


@pytest.fixture(scope="module")
def site_database(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[str]:
    """A database of its own for the tests of one module, in which commits are real."""
    before = connections["default"].settings_dict["NAME"]
    name = f"{before}_{request.node.path.stem}"
    with django_db_blocker.unblock():
        copy_template(name)
        point_at(name)
        # The server knows production's password hash only.
        with override_settings(PASSWORD_HASHERS=[ARGON]):
            yield name
        point_at(before)
        drop_database(name)


@pytest.fixture(scope="module")
def site(
    static_files: Path, site_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Start the web service as in production: the runtime role, the real settings, no owner."""
    log = tmp_path_factory.mktemp("site") / "web.log"
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MIGRATE_DATABASE_URL", "REDIS_URL", "DJANGO_ALLOW_ASYNC_UNSAFE")
    }
    environment |= {
        "DJANGO_SETTINGS_MODULE": "labsys.settings",
        "LABSYS_SERVICE": "web",
        "LABSYS_STATIC": str(static_files),
        "LABSYS_DEMO": "1",
        "LABSYS_CONTENTS": storages[contents.STORAGE].location,
        "DATABASE_URL": settings.SERVERS.runtime_url(site_database),
    }
    command = [sys.executable, "-m", "gunicorn", "labsys.wsgi", "--bind=127.0.0.1:0"]
    command += ["--worker-class=gthread", "--threads=4", "--no-control-socket"]
    with log.open("wb") as output:
        server = processes.start(command, env=environment, output=output, cwd=ROOT)
    try:
        yield Site(url=_address_of(server, log), database=site_database)
    finally:
        processes.stop(server)


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    found = browser.new_context(base_url=site.url, viewport=LAPTOP, locale="en-GB")
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose console stays empty: errors, failed requests and CSP breaches fail the test."""
    found = context.new_page()
    complaints: list[str] = []
    found.on("console", lambda line: _note(complaints, line.type, line.text))
    found.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    found.set_default_timeout(1000 * LONG)
    yield found
    assert complaints == []


@pytest.fixture
def log_in(page: Page) -> Callable[..., None]:
    """Log a person in through the login page."""
    from tests.factories import PASSWORD

    def through(username: str, password: str = PASSWORD) -> None:
        page.goto("/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(password)
        with page.expect_navigation():
            page.get_by_role("button", name="Log in").click()

    return through


def _note(complaints: list[str], kind: str, text: str) -> None:
    # A page that answers 4xx on purpose is no fault of the page that shows it.
    if kind == "error" and "the server responded with a status of 4" not in text:
        complaints.append(text)


def _address_of(server: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until gunicorn names the port that it was given."""
    found: list[str] = []

    def named() -> bool:
        found[:] = re.findall(r"Listening at: (http://\S+)", log.read_text(errors="replace"))
        return bool(found)

    if not processes.wait_until(named, process=server, patience=PATIENCE):
        pytest.fail(f"The web service did not start:\n{log.read_text(errors='replace')}")
    return found[0]
