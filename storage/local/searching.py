"""Clients without a usable number on the desk: opened on demand, left with an outcome.

The sync asks the hub for one when it is wanted; until it comes the desk stays as it is.
"""

from __future__ import annotations

from rules.desk import DeskPage, Refused, Saved
from rules.facts import SEARCHED, TaskBody
from rules.searching import QUEUE, open_search
from storage.local import captures, meta
from storage.local.meta import Shown
from storage.local.view import View


def open_one(view: View) -> DeskPage | Refused:
    """Show the client to be searched for.

    Refused with searching (asked for, ask again when something moved), no_search (there is
    nobody to be searched for now), search_offline.
    """
    held = next((one for one in view.at_hand() if one.queue == QUEUE), None)
    if held is not None:
        meta.write(view.connection, meta.SEARCH, None)
        meta.write(view.connection, meta.SHOWN, Shown(client_id=held.client_id, since=view.now))
        return view.screenful()
    if meta.read(view.connection, meta.SEARCH, str) == meta.NOBODY:
        meta.write(view.connection, meta.SEARCH, None)
        return Refused(code="no_search")
    if view.link in ("offline", "refused"):
        meta.write(view.connection, meta.SEARCH, None)
        return Refused(code="search_offline")
    meta.write(view.connection, meta.SEARCH, meta.WANTED)
    return Refused(code="searching")


def end(view: View, outcome: str, note: str) -> Saved | Refused:
    """Record how the search on the desk ended and move on; the client goes back.

    Refused with no_client, no_search, unknown_outcome or those of a note's texts.
    """
    found = view.on_desk()
    if found is None:
        return Refused(code="no_client")
    held = found[1]
    task = open_search(view.client(held))
    if held.queue != QUEUE or task is None:
        return Refused(code="no_search")
    body = TaskBody(client_id=held.client_id, task_id=task.id, outcome=outcome, note=note)
    noted = captures.note(view, body)
    return noted if isinstance(noted, Refused) else captures.skip(view, SEARCHED, outcome)
