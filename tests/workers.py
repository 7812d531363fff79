"""How the tests of one run are shared out among its workers: whole files, the slow ones first.

Tests of one file share what their modules set up, and tests of one `xdist_group` share costly
processes and scenes: each goes to one worker as a whole. Files that start processes or browsers,
or wait for what they committed, come first: at the end there are only short ones left to share.
"""

from __future__ import annotations

import gc
from typing import Any

import pytest
from _pytest.nodeid import coerce_node_id
from xdist.scheduler import LoadGroupScheduling

SLOW = ("browser", "processes")
COMMITS = "fresh_database"


class ByFile(LoadGroupScheduling):
    """Sends a file, or all tests of a group, to one worker, in the order they were collected in."""

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        return scope if scope != nodeid else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    if config.getvalue("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put slow files first, and write a test's group into its name.

    pytest-xdist 3.8 writes the group behind the name where pytest 9.2 does not read it any more, so
    that groups fell apart without a word.
    """
    if not getattr(config.option, "loadgroup", False):
        return
    slow = {item.path for item in items if is_slow(item)}
    items.sort(key=lambda item: item.path not in slow)
    for item in items:
        groups = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        name = f"@{'_'.join(groups)}"
        if not groups or item.nodeid.endswith(name):
            continue
        item._id = coerce_node_id(f"{item.nodeid}{name}")
        if not item.nodeid.endswith(name):
            raise pytest.UsageError(f"{item.nodeid} cannot be sent to the worker of {name}")


def is_slow(item: pytest.Item) -> bool:
    return COMMITS in getattr(item, "fixturenames", ()) or any(map(item.get_closest_marker, SLOW))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Look less often for garbage: the code and the tests themselves stay until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
