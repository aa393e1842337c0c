"""Banks of Mexico by the first three digits of a CLABE (codes of Banco de México)."""

from __future__ import annotations

BANKS = {
    "002": "Banamex",
    "006": "Bancomext",
    "009": "Banobras",
    "012": "BBVA México",
    "014": "Santander",
    "019": "Banjército",
    "021": "HSBC",
    "030": "BanBajío",
    "032": "Ixe",
    "036": "Inbursa",
    "042": "Mifel",
    "044": "Scotiabank",
    "058": "Banregio",
    "059": "Invex",
    "060": "Bansí",
    "062": "Afirme",
    "072": "Banorte",
    "106": "Bank of America",
    "110": "JP Morgan",
    "112": "Monex",
    "113": "Ve por Más",
    "127": "Azteca",
    "130": "Compartamos",
    "132": "Multiva",
    "133": "Actinver",
    "136": "Intercam",
    "137": "BanCoppel",
    "143": "CIBanco",
    "166": "Banco del Bienestar",
    "646": "STP",
}
"""Code to the name that people use."""


def bank(clabe: str) -> str:
    """The bank of a CLABE; a code that is not listed stands for itself."""
    return BANKS.get(clabe[:3], clabe[:3])
