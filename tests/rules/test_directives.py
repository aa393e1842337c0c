"""What directives make of a segment: a hold wins, a part is a part, and each ends by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.buckets import segment
from rules.directives import Directive, all_held, standing

NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
NAMES = st.sampled_from(["", "early", "late"])
DIRECTIVES = st.lists(
    st.builds(
        Directive,
        kind=st.sampled_from(["hold", "first"]),
        strategy=NAMES,
        bucket=st.sampled_from(["", "B1", "B2"]),
    ),
    max_size=4,
)


@given(DIRECTIVES, st.sampled_from(["B1", "B2"]), NAMES)
def test_a_hold_wins_and_nothing_else_is_touched(given_: list[Directive], bucket: str, rule: str) -> None:
    about = [one for one in given_ if one.bucket in ("", bucket) and one.strategy in ("", rule)]
    kinds = {one.kind for one in about}
    expected = "hold" if "hold" in kinds else "first" if "first" in kinds else ""
    assert standing(given_, segment(bucket, rule)) == expected
    assert not all_held(given_) or expected == "hold"


def test_one_ends_by_itself_with_its_instant() -> None:
    directive = Directive(kind="hold", until=NOW)
    assert directive.in_force(NOW - timedelta(microseconds=1))
    assert not directive.in_force(NOW)
    assert Directive(kind="hold").in_force(NOW)
