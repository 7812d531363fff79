"""Who speaks to the running installation over HTTP: an instrument, and people in a browser."""

from __future__ import annotations

import http.cookiejar
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

PACE = 0.25  # seconds between two messages of one line; an analyser takes longer


@dataclass
class Sender:
    """Sends each message again, under the same key, until it is answered 201: as analysers do."""

    url: str
    token: str
    accepted: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)

    def post(self, accession: str, body: dict[str, Any]) -> bool:
        """Send once; returns whether this was the answer to an earlier sending."""
        request = urllib.request.Request(
            f"{self.url}api/v1/results",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Instrument {self.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"e2e-{accession}",
            },
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 201
            assert {one["status"] for one in json.load(answer)["results"]} == {"RECORDED"}
            self.accepted.add(accession)
            return answer.headers.get("Idempotency-Replayed") == "true"

    def insist(self, accession: str, body: dict[str, Any], until: float) -> None:
        """Send until answered, or until the time is over."""
        while time.monotonic() < until and not self.refused:
            try:
                self.post(accession, body)
                return
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    self.refused.append(f"{accession}: {error.code} {error.read().decode()}")
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.2)

    def start(self, messages: dict[str, Any], *, lines: int, seconds: float) -> list[Any]:
        """Send messages on several lines at once; returns the lines."""
        until = time.monotonic() + seconds
        waiting = list(messages.items())

        def work() -> None:
            while waiting and time.monotonic() < until and not self.refused:
                try:
                    accession, body = waiting.pop()
                except IndexError:  # another line took the last one
                    return
                self.insist(accession, body, until)
                time.sleep(PACE)

        made = [threading.Thread(target=work, daemon=True) for _line in range(lines)]
        for line in made:
            line.start()
        return made


class Person:
    """Somebody at a browser: cookies, forms with their token, and what the API answers them."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        login = f"{url}login"
        self.browser.open(login, timeout=10).close()
        form = {"username": username, "password": password, "csrfmiddlewaretoken": self.csrf}
        with self.browser.open(
            urllib.request.Request(
                login, data=urllib.parse.urlencode(form).encode(), headers={"Referer": login}
            ),
            timeout=10,
        ) as page:
            assert page.status == 200
            assert not page.geturl().startswith(login), f"{username} could not log in"

    @property
    def csrf(self) -> str:
        return next(str(one.value) for one in self.jar if "csrf" in one.name.lower())

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return self._ask(f"{self.url}{path}?{urllib.parse.urlencode(query)}", None)

    def download(self, path: str) -> bytes:
        """A file, as the browser saves it."""
        with self.browser.open(f"{self.url}{path}", timeout=30) as answer:
            found: bytes = answer.read()
            return found

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._ask(f"{self.url}{path}", json.dumps(body).encode())

    def _ask(self, address: str, data: bytes | None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.csrf}
        request = urllib.request.Request(
            address, data=data, headers={**headers, "Referer": self.url}
        )
        try:
            with self.browser.open(request, timeout=10) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{address}: {error.code} {error.read().decode()}") from error
