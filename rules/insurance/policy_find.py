"""What is typed to find policies: a status, a channel and part of a number or name, in any order."""

from __future__ import annotations

import msgspec

from rules.debit.mandates import CHANNELS
from rules.insurance.policy_states import STATES
from rules.text import fold

_STATUSES = {
    "cotizada": "quoted",
    "emitida": "issued",
    "vigente": "in_force",
    "gracia": "grace",
    "vencida": "lapsed",
    "caduca": "lapsed",
    "cesada": "lapsed",
    "rehabilitada": "rehabilitated",
    "cancelada": "cancelled",
    "terminada": "expired",
    "expirada": "expired",
    "renovada": "renewed",
    "force": "in_force",
} | {status: status for status in STATES}
_CHANNELS = {"domiciliacion": "domi", "link": "linea", "terminal": "tpv"} | {
    channel: channel for channel in CHANNELS
}


class Find(msgspec.Struct, frozen=True):
    """What policies are looked for by; "" = any."""

    text: str = ""
    status: str = ""
    channel: str = ""


def read(line: str) -> Find:
    """What a line asks for; what is no status and no channel is part of a number or name."""
    found, rest = {"status": "", "channel": ""}, []
    for word in line.split():
        plain = fold(word)
        if plain in _STATUSES and not found["status"]:
            found["status"] = _STATUSES[plain]
        elif plain in _CHANNELS and not found["channel"]:
            found["channel"] = _CHANNELS[plain]
        else:
            rest.append(word)
    return Find(text=" ".join(rest), **found)
