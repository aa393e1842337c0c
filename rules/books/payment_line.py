"""What is typed on the payments page: to which account and how much, or how much goes back, and why.

``AUT-12345 1500 #C-88 error de referencia``: account or policy, amount (all of it if left out), folio of
the written instruction where it is another policyholder's, and the reason. ``1500 pago duplicado``, or the
reason alone, for a refund.
"""

from __future__ import annotations

from rules.books.payment_desk import Moving
from rules.capture.amounts import number
from rules.capture.scope import Refused


def read_transfer(line: str) -> Moving:
    """Read the line of a transfer.

    Raises:
        Refused: what the amount says, transfer_to (nothing says where), money_why (nothing says why).
    """
    to, _, rest = line.strip().partition(" ")
    if not to:
        raise Refused("transfer_to", line)
    amount, rest = _amount(rest)
    words = rest.split()
    folios = [word for word in words if word.startswith("#") and len(word) > 1]
    why = " ".join(word for word in words if word not in folios)
    if not why:
        raise Refused("money_why", line)
    return Moving(to=to, amount=amount, instruction=folios[0][1:] if folios else "", why=why)


def read_refund(line: str) -> tuple[int, str]:
    """Minor units (0 = all of it) and why.

    Raises:
        Refused: what the amount says, money_why (nothing says why).
    """
    amount, why = _amount(line)
    if not why:
        raise Refused("money_why", line)
    return amount, why


def _amount(text: str) -> tuple[int, str]:
    """An amount at the beginning, 0 = none, and what follows it."""
    first, _, rest = text.strip().partition(" ")
    found = number(first) if first else None
    return (found, rest.strip()) if found else (0, text.strip())
