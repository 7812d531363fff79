"""Where the persons and events of a chain stand in its picture."""

from __future__ import annotations

from hypothesis import given

from patients.rules.chain_layout import lay_out
from patients.rules.chains import Link, follow
from tests.patients.rules.test_chains import chains, links


def test_sources_stand_left_in_the_middle_of_whom_they_exposed() -> None:
    layout = lay_out(chains((1, 2), (1, 3), (1, 4), (3, 5)))

    where = {one.node: (one.column, one.row) for one in layout.nodes}
    assert where == {1: (0, 1), 2: (1, 0), 3: (1, 1), 5: (2, 1), 4: (1, 2)}
    assert (layout.columns, layout.rows) == (3, 3)
    assert [one.node for one in layout.nodes] == [1, 2, 3, 5, 4]


def test_a_second_source_leads_across() -> None:
    layout = lay_out(chains((1, 3), (2, 3)))

    assert [(one.origin, one.person) for one in layout.main] == [(1, 3)]


@given(links)
def test_everybody_stands_once_and_nobody_on_another(given_: list[Link]) -> None:
    found = follow(given_)
    layout = lay_out(found)

    assert sorted(map(str, found.generation)) == sorted(str(one.node) for one in layout.nodes)
    assert len({(one.column, one.row) for one in layout.nodes}) == len(layout.nodes)
    for one in layout.nodes:
        assert one.column == found.generation[one.node]
        assert 0 <= one.row <= layout.rows - 1
