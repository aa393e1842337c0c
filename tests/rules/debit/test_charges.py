from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.debit.charge_files import (
    ChargeFile,
    ChargeLine,
    FileRefused,
    ResultFile,
    ResultLine,
    read_charges,
    read_results,
    write_charges,
    write_results,
)
from rules.debit.charges import LEFT_OUT, OTHER, REJECTS, TASKS, Candidate, left_out, rejected

DAY = date(2026, 11, 25)

amounts = st.integers(1, 10**12)
words = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S"], exclude_characters="\u2028"),
    min_size=1,
    max_size=30,
)
references = st.lists(st.from_regex(r"[A-Z0-9-]{3,20}", fullmatch=True), unique=True, max_size=20)


@st.composite
def charge_files(draw: st.DrawFn) -> ChargeFile:
    lines = tuple(
        ChargeLine(
            reference=reference,
            account=draw(st.from_regex(r"[0-9]{18}", fullmatch=True)),
            holder=draw(words),
            amount=draw(amounts),
        )
        for reference in draw(references)
    )
    return ChargeFile(folio="DD-1", channel="domi", currency="MXN", day=DAY, lines=lines)


@st.composite
def result_files(draw: st.DrawFn) -> ResultFile:
    codes = st.sampled_from(["charged", *REJECTS])
    lines = tuple(
        ResultLine(reference=reference, code=draw(codes), amount=draw(amounts))
        for reference in draw(references)
    )
    return ResultFile(folio="DD-1", day=DAY, lines=lines)


@given(charge_files())
def test_a_charge_file_reads_as_it_was_written(file: ChargeFile) -> None:
    text = write_charges(file)
    assert read_charges(text) == file
    last = text.splitlines()[-1].split(",")
    assert int(last[1]) == len(file.lines)
    assert last[2].replace(".", "") == f"{sum(one.amount for one in file.lines):03}"


@given(result_files())
def test_a_result_file_reads_as_it_was_written(file: ResultFile) -> None:
    assert read_results(write_results(file)) == file
    assert read_results("\ufeff" + write_results(file).replace("\n", "\r\n")) == file


@given(result_files(), st.integers(0, 5))
def test_a_file_without_one_of_its_lines_is_refused(file: ResultFile, place: int) -> None:
    lines = write_results(file).splitlines()
    del lines[place % len(lines)]
    with pytest.raises(FileRefused):
        read_results("\n".join(lines))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "no_header", 1),
        ("R,a,charged,1.00\n", "no_header", 1),
        ("H,DD-1,2026-11-25\nR,a,charged,1.00\n", "no_trailer", 2),
        ("H,DD-1,25/11/2026\nT,0,0.00\n", "bad_day", 1),
        ("H,DD-1,2026-11-25\nX,a,charged,1.00\nT,1,1.00\n", "unknown_line", 2),
        ("H,DD-1,2026-11-25\nR,a,charged\nT,1,1.00\n", "bad_fields", 2),
        ("H,DD-1,2026-11-25\nR,,charged,1.00\nT,1,1.00\n", "empty_field", 2),
        ("H,DD-1,2026-11-25\nR,a,charged,1.005\nT,1,1.00\n", "bad_amount", 2),
        ("H,DD-1,2026-11-25\nR,a,charged,-1.00\nT,1,1.00\n", "bad_amount", 2),
        ("H,DD-1,2026-11-25\nR,a,charged,1.00\nT,2,1.00\n", "count_differs", 3),
        ("H,DD-1,2026-11-25\n\nR,a,charged,1.00\nT,1,2.00\n", "sum_differs", 4),
        ("H,DD-1,2026-11-25\nR,a,charged,1.00\nR,a,charged,1.00\nT,2,2.00\n", "twice", 3),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(FileRefused) as refused:
        read_results(text)
    assert (refused.value.code, refused.value.line) == (code, line)


def candidate(**more: object) -> Candidate:
    given: dict[str, object] = {"due": DAY, "amount": 500_00, "mandate": "active", "policy": "in_force"}
    return Candidate(**(given | more))  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, ""),
        ({"policy": "grace"}, ""),
        ({"mandate": "suspended"}, "suspended"),
        ({"mandate": "revoked"}, "suspended"),
        ({"begins": DAY + timedelta(days=1)}, "before_first"),
        ({"policy": "lapsed"}, "no_cover"),
        ({"under_way": True}, "under_way"),
        ({"intent": True}, "intent"),
        ({"promised": True}, "promised"),
        ({"limit": 499_99}, "over_limit"),
        ({"limit": 500_00}, ""),
        ({"attempts": 1, "retry_on": DAY + timedelta(days=1)}, "retry_later"),
        ({"attempts": 1, "retry_on": DAY}, ""),
        ({"attempts": 3}, "tried"),
        ({"renews": True}, "renewal_notice"),
        ({"renews": True, "told": DAY - timedelta(days=4)}, "renewal_notice"),
        ({"renews": True, "told": DAY - timedelta(days=5)}, ""),
    ],
)
def test_what_may_be_charged_and_why_not(more: dict[str, object], why: str) -> None:
    assert left_out(candidate(**more), DAY) == why
    assert not why or why in LEFT_OUT


@given(st.sampled_from([*REJECTS, "z99"]), st.integers(1, 9), st.one_of(st.none(), st.integers(-3, 20)))
def test_a_retry_comes_later_before_cover_ends_and_not_for_ever(
    code: str, attempt: int, grace: int | None
) -> None:
    ends = None if grace is None else DAY + timedelta(days=grace)
    outcome = rejected(code, attempt, DAY, ends)
    assert outcome.task in TASKS
    if outcome.retry_on is None:
        assert outcome.task != "charge_retry"
        return
    assert attempt <= len(REJECTS.get(code, OTHER).retries)
    assert outcome.retry_on > DAY
    assert ends is None or outcome.retry_on < ends
    assert (outcome.task, outcome.mandate) == ("charge_retry", "active")
