"""Invented people and companies, with identifiers that are well formed.

Nobody here exists. Phones end in 555-01xx (in the United States a range kept for fiction),
tax and population keys have valid check digits but come from a random draw.
"""

from __future__ import annotations

import string
from datetime import date, timedelta
from random import Random

import msgspec
from stdnum.mx import curp as curp_number
from stdnum.mx import rfc as rfc_number

from rules.text import fold


class Place(msgspec.Struct, frozen=True):
    """Where somebody lives: state, its CURP letters (Mexico), city, zone, area codes."""

    country: str
    state: str
    letters: str
    city: str
    zone: str
    areas: tuple[str, ...]


MEXICO = (
    Place("MX", "Ciudad de México", "DF", "Ciudad de México", "America/Mexico_City", ("55",)),
    Place("MX", "Jalisco", "JC", "Guadalajara", "America/Mexico_City", ("33",)),
    Place("MX", "Nuevo León", "NL", "Monterrey", "America/Monterrey", ("81",)),
    Place("MX", "Puebla", "PL", "Puebla", "America/Mexico_City", ("222",)),
    Place("MX", "Sonora", "SR", "Hermosillo", "America/Hermosillo", ("662",)),
    Place("MX", "Baja California", "BC", "Tijuana", "America/Tijuana", ("664",)),
    Place("MX", "Quintana Roo", "QR", "Cancún", "America/Cancun", ("998",)),
)
MEXICO_WEIGHTS = (34, 16, 12, 10, 14, 8, 6)

STATES = (
    Place("US", "NY", "", "Albany", "America/New_York", ("518", "212")),
    Place("US", "TX", "", "Houston", "America/Chicago", ("713",)),
    Place("US", "CO", "", "Denver", "America/Denver", ("303",)),
    Place("US", "AZ", "", "Phoenix", "America/Phoenix", ("602",)),
    Place("US", "CA", "", "San Diego", "America/Los_Angeles", ("619",)),
)
STATES_WEIGHTS = (30, 24, 12, 10, 24)

WOMEN = (
    "María Fernanda", "Guadalupe", "Ana Sofía", "Verónica", "Leticia", "Rosa Elena", "Alejandra", "Patricia",
    "Gabriela", "Claudia", "Norma", "Silvia", "Adriana", "Lorena", "Yolanda", "Beatriz", "Karla", "Daniela",
    "Mariana", "Teresa", "Araceli", "Ximena", "Paola", "Irma", "Elvira", "Regina",
)  # fmt: skip
MEN = (
    "José Luis", "Juan Carlos", "Miguel Ángel", "Francisco", "Jesús", "Roberto", "Héctor", "Raúl", "Óscar",
    "Alberto", "Sergio", "Jorge", "Eduardo", "Ricardo", "Fernando", "Luis Enrique", "Víctor", "Martín",
    "Rodrigo", "Iván", "Emilio", "Gerardo", "Arturo", "Saúl", "Ramiro", "Tomás",
)  # fmt: skip
SURNAMES = (
    "Ruiz", "Ortega", "Hernández", "García", "Martínez", "López", "González", "Pérez", "Rodríguez", "Sánchez",
    "Ramírez", "Cruz", "Flores", "Gómez", "Morales", "Vázquez", "Reyes", "Jiménez", "Torres", "Díaz",
    "Gutiérrez", "Mendoza", "Aguilar", "Castillo", "Romero", "Chávez", "Rivera", "Juárez", "Domínguez",
    "Herrera", "Medina", "Castro", "Vargas", "Guzmán", "Velázquez", "Rojas", "Contreras", "Luna", "Salazar",
    "Ibarra", "Cárdenas", "Peña", "Núñez", "Zamora", "Quintero", "Bojórquez", "Valenzuela", "Tapia",
)  # fmt: skip
ENGLISH_FIRST = (
    "Olivia", "Emma", "Charlotte", "Amelia", "Grace", "Hannah", "Megan", "Rachel", "Denise", "Tamika",
    "Liam", "Noah", "James", "Henry", "Marcus", "Daniel", "Brian", "Kevin", "Trevor", "Andre",
)  # fmt: skip
ENGLISH_LAST = (
    "Walker", "Bennett", "Carter", "Hughes", "Foster", "Morgan", "Price", "Sullivan", "Hayes", "Coleman",
    "Brooks", "Jenkins", "Perry", "Butler", "Fisher", "Graham", "Wallace", "Burke", "Lawson", "Okafor",
)  # fmt: skip
STREETS = (
    "Av. Reforma",
    "Calle Hidalgo",
    "Av. Juárez",
    "Calle Morelos",
    "Blvd. Kino",
    "Calle Allende",
    "Av. Sur 8",
)
ENGLISH_STREETS = ("Maple St", "Oak Ave", "Cedar Ln", "2nd St", "Lakeview Dr", "Hill Rd")
TRADES = (
    "Ferretera", "Comercializadora", "Transportes", "Panificadora", "Refacciones", "Textiles", "Empaques",
    "Constructora", "Abarrotes", "Imprenta",
)  # fmt: skip
BRANDS = (
    "del Norte", "La Esperanza", "San Miguel", "del Pacífico", "El Roble", "Tres Ríos", "Monte Azul",
    "La Colmena", "del Bajío", "Santa Clara",
)  # fmt: skip
_VOWELS = "AEIOU"
_HOMOCLAVE = "123456789" + string.ascii_uppercase[:22]


class Person(msgspec.Struct, frozen=True):
    """An invented person or company, with its identifiers."""

    name: str
    female: bool
    born: date
    tax_id: str = ""
    national_id: str = ""


def person(rng: Random, place: Place, today: date) -> Person:
    """A grown-up of the place's country."""
    female = rng.random() < 0.5
    born = today - timedelta(days=rng.randint(20 * 366, 78 * 365))
    if place.country == "US":
        name = f"{rng.choice(ENGLISH_FIRST)} {rng.choice(ENGLISH_LAST)}"
        return Person(name, female, born, national_id=f"666-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}")
    first = rng.choice(WOMEN if female else MEN)
    father, mother = rng.choice(SURNAMES), rng.choice(SURNAMES)
    curp = _curp(rng, first, father, mother, born, female, place)
    rfc = _checked_rfc(curp[:10] + "".join(rng.choices(_HOMOCLAVE, k=2)))
    return Person(f"{first} {father} {mother}", female, born, tax_id=rfc, national_id=curp)


def company(rng: Random, today: date) -> Person:
    """A small company: its name, the day it was founded and its RFC of twelve."""
    trade, brand = rng.choice(TRADES), rng.choice(BRANDS)
    founded = today - timedelta(days=rng.randint(2 * 365, 30 * 365))
    letters = (_plain(trade)[0] + _plain(brand).replace(" ", ""))[:3]
    rfc = _checked_rfc(f"{letters}{founded:%y%m%d}" + "".join(rng.choices(_HOMOCLAVE, k=2)))
    return Person(f"{trade} {brand}, S.A. de C.V.", False, founded, tax_id=rfc)


def phone(rng: Random, place: Place) -> str:
    """A phone of the place in E.164, in the 555-01xx range."""
    area = rng.choice(place.areas)
    if place.country == "US":
        return f"+1{area}55501{rng.randint(0, 99):02d}"
    middle = "5550" if len(area) == 2 else "555"
    return f"+52{area}{middle}01{rng.randint(0, 99):02d}"


def address(rng: Random, place: Place) -> str:
    """A street, a number and a city."""
    if place.country == "US":
        return f"{rng.randint(10, 999)} {rng.choice(ENGLISH_STREETS)}, {place.city}, {place.state}"
    return f"{rng.choice(STREETS)} {rng.randint(1, 900)}, {place.city}, {place.state}"


def email(rng: Random, name: str) -> str:
    """A mailbox under the domain that is kept for examples."""
    words = fold(name).split()
    return f"{words[0]}.{words[-1]}{rng.randint(1, 99)}@example.com"


def _plain(text: str) -> str:
    """Upper case without accents; ñ becomes X, as the registries do."""
    return fold(text.replace("ñ", "x").replace("Ñ", "X")).upper()


def _curp(rng: Random, first: str, father: str, mother: str, born: date, female: bool, place: Place) -> str:
    given = _plain(first).split()
    # The registries skip a first María or José, since almost everybody has one.
    name = given[1] if len(given) > 1 and given[0] in ("MARIA", "JOSE") else given[0]
    paternal, maternal = _plain(father), _plain(mother)
    letters = paternal[0] + _inner(paternal, vowel=True) + maternal[0] + name[0]
    consonants = "".join(_inner(word, vowel=False) for word in (paternal, maternal, name))
    century = "0" if born.year < 2000 else "A"
    rest = f"{born:%y%m%d}{'M' if female else 'H'}{place.letters}{consonants}{century}"
    # The registries put an X as the second letter when the four would make a rude word.
    for start in (letters, f"{letters[0]}X{letters[2:]}"):
        number = start + rest + str(curp_number.calc_check_digit(start + rest))
        if curp_number.is_valid(number) and rfc_number.is_valid(number[:10]):
            break
    return number


def _inner(word: str, *, vowel: bool) -> str:
    """The first inner vowel or consonant of a word; X when it has none."""
    for letter in word[1:]:
        if letter.isalpha() and (letter in _VOWELS) == vowel:
            return letter
    return "X"


def _checked_rfc(stem: str) -> str:
    return stem + str(rfc_number.calc_check_digit(stem))
