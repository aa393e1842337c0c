"""Files that leave: private, whole or not at all, and never over another one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from storage.tables.files import file_name, fresh, whole


class Broken(Exception):
    pass


def test_a_file_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("yesterday's")
    with pytest.raises(Broken), whole(path):
        raise Broken
    assert path.read_text() == "yesterday's"
    with whole(path) as out:
        out.write(b"today's")
    assert path.read_text() == "today's"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_fresh_file_never_takes_another_ones_place(tmp_path: Path) -> None:
    written = []
    for text in (b"one", b"two", b"three"):
        with fresh(tmp_path, "report", "csv") as (path, out):
            out.write(text)
        written.append((path.name, path.read_bytes(), path.stat().st_mode & 0o777))
    assert written == [
        ("report.csv", b"one", 0o600),
        ("report-2.csv", b"two", 0o600),
        ("report-3.csv", b"three", 0o600),
    ]


def test_nothing_is_left_of_a_fresh_file_that_failed(tmp_path: Path) -> None:
    with pytest.raises(Broken), fresh(tmp_path, "report", "csv"):
        raise Broken
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("title", "days", "name"),
    [
        (
            "Activity by agent",
            (date(2026, 11, 1), date(2026, 11, 30)),
            "activity-by-agent-2026-11-01-2026-11-30",
        ),
        ("Gestión", (date(2026, 11, 1), date(2026, 11, 1)), "gestion-2026-11-01"),
        ("../../etc/passwd\0", (None, None), "etc-passwd"),
        ("…", (None, None), "table"),
    ],
)
def test_a_file_is_named_by_what_it_holds(title: str, days: tuple[object, object], name: str) -> None:
    assert file_name(title, *days) == name
