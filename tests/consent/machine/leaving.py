"""Leaving, coming back, being set free, and a programme that is closed: also these ask who is cleared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest import mock

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from consent.actions import postings, programmes, returns
from consent.models import Posting, PostingReturn
from consent.rules import facts
from consent.rules.programmes import Closing
from tests.consent.machine.acts import HOUR, Acts, where, whoever


class Leaving(Acts):
    """Who is posted away is cleared in that instant, and is here; who comes back is not free yet."""

    @contextmanager
    def _at_this_clock(self) -> Iterator[None]:
        """A posting reads the clock itself, once it holds the lock: here it reads the machine's."""
        with mock.patch.object(postings, "database_now", return_value=self.now):
            yield

    def _away(self, person: int) -> list[Posting]:
        entries = self.diary.read_as(person, self.now)
        return [self.away[one] for one in sorted(entries) if one in self.away]

    @rule(who=whoever, which=where)
    def post(self, who: int, which: int) -> None:
        person, world = self.people[who], self.worlds[which]
        reasons = self.diary.reasons(person.pk, world.programme.code, self.now, self.now)
        is_away = bool(self._away(person.pk))
        with self._at_this_clock():
            made = self._try(lambda: world.post(person, at=self.now))
        assert (made is not None) == (not reasons and not is_away)
        if made:
            event("somebody left")
            assert made.answered_at == self.now
            self.away[person.pk] = made

    @precondition(lambda self: self.away)
    @rule(ago=st.sampled_from([0, 0, 1, 24]))
    def come_back(self, ago: int) -> None:
        entry, posting = next(iter(self.away.items()))
        at = self.now
        returned_at = max(posting.left_at, at - ago * HOUR)
        given = {"posting": posting, "returned_at": returned_at, "by": self.world.officer}
        made = self._try(lambda: postings.come_back(at=at, **given))
        assert made is not None  # no state refuses it
        event("somebody came back")
        del self.away[entry]
        self.diary.note(
            entry,
            "findings",
            facts.Finding(id=f"return:{made.pk}", result="", found_at=returned_at, recorded_at=at),
        )

    @rule(who=whoever)
    def go_free(self, who: int) -> None:
        entries = self.diary.read_as(self.people[who].pk, self.now)
        rows = PostingReturn.objects.filter(posting__person__in=entries, freed_at=None)
        row = rows.order_by("pk").first()
        if row is None:
            return
        at, examined = self.now, self._examined_since(row.posting.person_id, row.returned_at)
        given = {"posting_return": row, "by": self.world.examiner, "at": at}
        made = self._try(lambda: returns.free(**given))
        assert made is None or examined
        if made:
            event("somebody was set free")
            name = f"return:{row.pk}"
            self.diary.change(row.posting.person_id, "findings", name, cleared_at=at)

    def _examined_since(self, person: int, since: object) -> bool:
        """Say whether any check of each kind was held since somebody came back, by the diary."""
        entries = self.diary.read_as(person, self.now)
        held = {
            one.kind
            for entry in entries
            if entry in self.diary.entries
            for one in self.diary.entries[entry].checks
            if one.performed_at >= since and one.annulled_at is None
        }
        return len(held) == 2

    @precondition(lambda self: not self.diary.closings)
    @rule(chance=st.integers(min_value=0, max_value=9))
    def close_the_other(self, chance: int) -> None:
        if chance:
            return
        programme, at = self.worlds[1].programme, self.now
        given = {"programme": programme, "by": self.world.examiner, "reason": "It is over."}
        if self._try(lambda: programmes.close(at=at, **given)):
            event("a programme was closed")
            closing = Closing(closed_at=at, recorded_at=at)
            self.diary.closings[programme.code] = (closing,)
            self.now += timedelta(microseconds=1)
