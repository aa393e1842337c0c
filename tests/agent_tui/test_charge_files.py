"""Charge files as they lie on the back office's machine, and result files as they are read from it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from agent_tui import charge_files
from agent_tui.jobs import run
from rules.debit.charge_files import ChargeFile, ChargeLine, digest, read_charges
from rules.debit.charging import ReadResults, WriteCharges

FILE = ChargeFile(
    folio="DD-AAAAA-BBBBB",
    channel="domi",
    currency="MXN",
    day=date(2026, 11, 25),
    lines=(ChargeLine(reference="DD-1", account="032180000118359719", holder="Ana Ñúñez", amount=1160_00),),
)


def test_a_charge_file_is_for_its_user_alone_and_has_the_digest_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charge_files, "folder", lambda: tmp_path)
    first, second = run(WriteCharges(file=FILE)), run(WriteCharges(file=FILE))
    assert first.path != second.path, "no file takes the place of another one"
    path = Path(first.path)
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text(encoding="utf-8")
    assert (read_charges(text), digest(text)) == (FILE, first.digest)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"H,DD-1,2026-11-25\nR,a,charged,1.00\n", "line 2: it ends with no trailer"),
        (b"H,DD-1,2026-11-25\nR,a,charged,1.00\nT,1,2.00\n", "line 3: the trailer says 2.00"),
    ],
)
def test_a_bad_result_file_says_which_one_where_and_why(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "answers.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(charge_files.BadFile, match=r"answers\.csv") as refused:
        run(ReadResults(path=str(path)))
    assert words in str(refused.value)
