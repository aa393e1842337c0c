"""The audit log: who did what, kept in the transaction in which it was done."""

from __future__ import annotations

from typing import Any

from storage.central.connection import Tx

_NOTE = """
    INSERT INTO audit (xid, at, actor, device, action, subject, detail)
    VALUES ({xid}, :now, :actor, :device, :action, :subject, :detail)
"""
_NOTE_SQL = {
    "sqlite": _NOTE.format(xid="0"),
    "postgresql": _NOTE.format(xid="pg_current_xact_id()::text::bigint"),
}


def note(tx: Tx, actor: str, action: str, subject: str = "", *, device: str = "", **detail: Any) -> None:
    """Keep that somebody did something.

    Args:
        tx: the transaction in which it is done.
        actor: the user's name, or the command that acts.
        action: a code, such as "leased" or "exported".
        subject: what it is about: "client:12", "portfolio:Vida".
        device: the workstation from which, if any.
        detail: what else belongs to it: ids, codes and counts, no personal data.
    """
    tx.run(
        _NOTE_SQL[tx.dialect],
        now=tx.now,
        actor=actor,
        device=device,
        action=action,
        subject=subject,
        detail=detail,
    )
