from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from storage.portfolio.mapping import Mapping, parse_mapping

MAPPING = """
[portfolio]
product = "card"
creditor = "Banco de Prueba"

[client]
ref = "cliente"
name = "nombre"
state = "estado"

[account]
ref = "cuenta"
overdue = "vencido"
total = "saldo"
oldest_due = "vence"

[[phones]]
number = "celular"

[[phones]]
number = "casa"
label = "'home'"

[[emails]]
address = "correo"
"""
HEADER = ("cliente", "nombre", "estado", "cuenta", "vencido", "saldo", "vence", "celular", "casa", "correo")


@pytest.fixture
def mapping() -> Mapping:
    return parse_mapping(MAPPING, "map.toml")


@pytest.fixture
def make_row() -> Callable[..., list[str]]:
    """A row that fits `MAPPING`; keywords change cells."""

    def make(number: int = 1, **cells: str) -> list[str]:
        usual = {
            "cliente": f"C{number}",
            "nombre": f"Cliente {number}",
            "estado": "Sonora",
            "cuenta": f"{number:06d}",
            "vencido": "1500.50",
            "saldo": "9000.00",
            "vence": "2026-11-10",
            "celular": "662 555 0123",
            "casa": "",
            "correo": "",
        }
        return [(usual | cells)[name] for name in HEADER]

    return make


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows (and the header) to a CSV file."""

    def write(
        rows: Sequence[Sequence[Any]],
        *,
        name: str = "cartera.csv",
        header: Sequence[str] = HEADER,
        **options: Any,
    ) -> Path:
        path = tmp_path / name
        encoding = options.pop("encoding", "utf-8")
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, **options)
            writer.writerow(header)
            writer.writerows(rows)
        return path

    return write
