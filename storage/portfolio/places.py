"""States and the zones in which somebody who lives there may be."""

from __future__ import annotations

from functools import lru_cache

from rules.text import fold

_CENTRE = "America/Mexico_City"

# Mexico: every state by name and postal abbreviation; the law of 2022 sets the zones,
# and the municipalities of the northern border keep those of the other side.
_MEXICO: dict[tuple[str, ...], tuple[str, ...]] = {
    ("aguascalientes", "ags", "as"): (_CENTRE,),
    ("baja california", "bc", "bcn"): ("America/Tijuana",),
    ("baja california sur", "bcs", "bs"): ("America/Mazatlan",),
    ("campeche", "camp", "cam", "cc"): ("America/Merida",),
    ("chiapas", "chis", "chp", "cs"): (_CENTRE,),
    ("chihuahua", "chih", "chh", "ch"): ("America/Chihuahua", "America/Ciudad_Juarez", "America/Ojinaga"),
    ("ciudad de mexico", "cdmx", "distrito federal", "df", "cmx"): (_CENTRE,),
    ("coahuila", "coahuila de zaragoza", "coah", "coa", "cl"): ("America/Monterrey", "America/Matamoros"),
    ("colima", "col", "cm"): (_CENTRE,),
    ("durango", "dgo", "dur", "dg"): ("America/Monterrey",),
    ("estado de mexico", "mexico", "edomex", "mex", "mc"): (_CENTRE,),
    ("guanajuato", "gto", "gua", "gt"): (_CENTRE,),
    ("guerrero", "gro", "gr"): (_CENTRE,),
    ("hidalgo", "hgo", "hid", "hg"): (_CENTRE,),
    ("jalisco", "jal", "jc"): (_CENTRE,),
    ("michoacan", "michoacan de ocampo", "mich", "mic", "mn"): (_CENTRE,),
    ("morelos", "mor", "ms"): (_CENTRE,),
    ("nayarit", "nay", "nt"): ("America/Mazatlan", "America/Bahia_Banderas"),
    ("nuevo leon", "nl", "nle"): ("America/Monterrey", "America/Matamoros"),
    ("oaxaca", "oax", "oc"): (_CENTRE,),
    ("puebla", "pue", "pl"): (_CENTRE,),
    ("queretaro", "qro", "que", "qt"): (_CENTRE,),
    ("quintana roo", "qroo", "roo", "qr"): ("America/Cancun",),
    ("san luis potosi", "slp", "sp"): (_CENTRE,),
    ("sinaloa", "sin", "sl"): ("America/Mazatlan",),
    ("sonora", "son", "sr"): ("America/Hermosillo",),
    ("tabasco", "tab", "tc"): (_CENTRE,),
    ("tamaulipas", "tamps", "tam", "tl"): ("America/Monterrey", "America/Matamoros"),
    ("tlaxcala", "tlax", "tla"): (_CENTRE,),
    ("veracruz", "veracruz de ignacio de la llave", "ver", "vz"): (_CENTRE,),
    ("yucatan", "yuc", "yn"): ("America/Merida",),
    ("zacatecas", "zac", "zs"): (_CENTRE,),
}

_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)
_UNITED_STATES: dict[tuple[str, ...], str] = {
    (_EASTERN,): "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    (_CENTRAL,): "AL AR IA IL LA MN MO MS OK WI",
    (_MOUNTAIN,): "CO MT NM UT WY",
    (_PACIFIC,): "CA WA NV",
    (_EASTERN, _CENTRAL): "FL IN KY MI TN",
    (_CENTRAL, _MOUNTAIN): "KS ND NE SD TX",
    (_MOUNTAIN, _PACIFIC): "ID OR",
    ("America/Phoenix",): "AZ",
    ("America/Anchorage", "America/Adak"): "AK",
    ("Pacific/Honolulu",): "HI",
    ("America/Puerto_Rico",): "PR",
}

HOME = {"MX": _CENTRE, "US": _EASTERN}
"""The zone whose calendar day is "today" for a country's portfolio files."""

_ZONES = {
    "MX": {name: found for names, found in _MEXICO.items() for name in names},
    "US": {state.lower(): found for found, states in _UNITED_STATES.items() for state in states.split()},
}


@lru_cache(maxsize=4096)
def zones(country: str, state: str) -> tuple[str, ...]:
    """Every zone of a state; none when the state is not known (the contact rules then ask all).

    Args:
        country: MX or US.
        state: a Mexican state by name or abbreviation, a US state by its two letters.
    """
    return _ZONES[country].get(fold(state).replace(".", "").strip(), ())
