"""Charge files written and result files read on the machine of who works at the receipts desk."""

from __future__ import annotations

from pathlib import Path

from agent_tui.board_files import folder
from rules.debit.charge_files import FileRefused, digest, read_results, write_charges
from rules.debit.charging import ReadResult, ReadResults, WriteCharges, WrittenCharges
from rules.explained import Explained
from rules.words import mark, tr
from storage.tables.files import fresh

_REFUSED = {
    "no_header": mark("it begins with no header: H, folio, day"),
    "no_trailer": mark("it ends with no trailer (T, lines, sum): the end of it is missing"),
    "unknown_line": mark("a line begins with {found}, where R is meant"),
    "bad_fields": mark("it has {found} fields, where there are 4: R, reference, code, amount"),
    "bad_day": mark("{found} is no day: write it as 2026-11-25"),
    "bad_amount": mark("{found} is no amount: write it as 1500.00"),
    "empty_field": mark("the reference or the code is missing"),
    "twice": mark("reference {found} is there twice"),
    "count_differs": mark("the trailer says {found} lines, and there are others"),
    "sum_differs": mark("the trailer says {found} were charged, and the lines come to something else"),
}


class BadFile(Explained):
    """A result file that can't be taken."""


def write(job: WriteCharges) -> WrittenCharges:
    """Write a charge file that only its user may read.

    Raises:
        OSError: it could not be written.
    """
    text = write_charges(job.file)
    with fresh(folder(), job.file.folio, "csv") as (path, out):
        out.write(text.encode())
    return WrittenCharges(str(path), digest(text))


def read(job: ReadResults) -> ReadResult:
    """Read a bank's result file.

    Raises:
        BadFile: it can't be read, is no such file, or says two things; the message says in which line.
    """
    path = Path(job.path).expanduser()
    try:
        text = path.read_bytes().decode("utf-8")
        return ReadResult(read_results(text), digest(text))
    except OSError as error:
        raise BadFile(tr("{file}: {why}", file=str(path), why=error.strerror or str(error))) from error
    except UnicodeDecodeError as error:
        raise BadFile(tr("{file}: not text in UTF-8; save it so", file=path.name)) from error
    except FileRefused as error:
        why = tr(_REFUSED[error.code], found=error.found)
        raise BadFile(
            tr("{file}, line {line}: {why}", file=path.name, line=str(error.line), why=why)
        ) from error
