"""``agent-tui agreement``: a written agreement by its folio, as text or as a PDF."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agent_tui.central_store import add_store_option, noted, opened
from agent_tui.failures import CommandError
from rules.words import tr

if TYPE_CHECKING:
    from rules.clients import Agreement

FORMATS = ("pdf", "txt")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("write an agreement by its folio, as text or as a PDF")
    parser = subparsers.add_parser("agreement", help=words, description=words)
    parser.add_argument("folio", metavar=tr("FOLIO"), help=tr("as on the agreement, such as CV-4K7Q2-M9XTB"))
    add_store_option(parser)
    parser.add_argument("--format", choices=FORMATS, help=tr("txt unless the file's name says another"))
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help=tr("where to write; standard output if left out")
    )
    parser.set_defaults(func=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Write the agreement."""
    from rules.agreement import digest
    from storage.central.records import agreements

    suffix = options.output.suffix[1:].lower() if options.output else ""
    form = options.format or (suffix if suffix in FORMATS else "txt")
    folio = options.folio.strip().upper()
    _check(folio)
    with opened(options.store) as store:
        with store.read() as tx:
            found = agreements.find(tx, folio)
        noted(store, "agreement", "exported", f"agreement:{folio}", format=form)
    if found is None:
        raise CommandError(tr("There is no agreement {folio} in this store.", folio=folio))
    if found.digest != digest(found.text):
        raise CommandError(tr("{folio}: the text in the store is not the one that was issued.", folio=folio))
    if found.status == "void":
        print(tr("{folio} is not in force: it was taken back or replaced.", folio=folio), file=sys.stderr)
    content = _pdf(found) if form == "pdf" else found.text.encode()
    if options.output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        options.output.write_bytes(content)
        print(options.output, file=sys.stderr)
    return 0


def _check(folio: str) -> None:
    from rules.agreements import is_folio

    if not is_folio(folio):
        raise CommandError(tr("{folio} is no folio: a letter or digit is wrong or missing.", folio=folio))


def _pdf(found: Agreement) -> bytes:
    from storage.agreement_pdf import pdf

    return pdf(found.text, found.folio, found.made)
