"""Which script a client gets, how its texts are filled, and the walk through it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clients import Account, Client, HistoryEntry
from rules.placeholders import fill
from rules.scripts import Script, choose

NOON = datetime(2026, 11, 24, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("product", "country", "script"),
    [
        ("card", "MX", "credit"),
        ("loan", "MX", "credit"),
        ("sme", "MX", "sme"),
        ("insurance", "MX", "insurance"),
        ("timeshare", "MX", "timeshare"),
        ("card", "US", "us"),
    ],
)
def test_script_by_product_and_country(
    scripts: dict[str, Script],
    account: Callable[..., Account],
    client: Callable[..., Client],
    product: str,
    country: str,
    script: str,
) -> None:
    assert choose(tuple(scripts.values()), client(account(product), country=country)).id == script


def test_cover_about_to_lapse_is_spoken_about_first(
    scripts: dict[str, Script], account: Callable[..., Account], client: Callable[..., Client]
) -> None:
    older = account("card", id=71, days=80, overdue=90_000_00)
    chosen = choose(tuple(scripts.values()), client(older, account("insurance")))
    assert chosen.id == "insurance"


def test_oldest_arrears_are_spoken_about_else(
    scripts: dict[str, Script], account: Callable[..., Account], client: Callable[..., Client]
) -> None:
    paid = account("sme", id=72, days=300, overdue=0)
    person = client(account("card", id=71, days=5), account("timeshare", days=40), paid)
    assert choose(tuple(scripts.values()), person).id == "timeshare"


def test_lapsed_policy_is_not_told_that_it_protects(
    scripts: dict[str, Script], account: Callable[..., Account], client: Callable[..., Client]
) -> None:
    person = client(account("insurance"))
    lapsed = tuple(msgspec.structs.replace(policy, status="lapsed") for policy in person.policies)
    chosen = choose(tuple(scripts.values()), msgspec.structs.replace(person, policies=lapsed))
    assert chosen.id == "insurance_lapsed"


def test_cancellation_is_the_subject_until_the_member_stays(
    scripts: dict[str, Script], account: Callable[..., Account], client: Callable[..., Client]
) -> None:
    asked = HistoryEntry(id="1", at=NOON - timedelta(days=2), code="CANC")
    stays = HistoryEntry(id="2", at=NOON - timedelta(days=1), code="RETN")
    taken_back = HistoryEntry(id="3", at=NOON, code="CANC", status="retracted")
    every = tuple(scripts.values())
    assert choose(every, client(account("timeshare"), history=(asked,))).id == "timeshare_cancellation"
    assert choose(every, client(account("timeshare"), history=(stays, asked))).id == "timeshare"
    assert choose(every, client(account("timeshare"), history=(taken_back,))).id == "timeshare"


def test_no_account_no_script(scripts: dict[str, Script], client: Callable[..., Client]) -> None:
    assert choose(tuple(scripts.values()), client()) is None


@pytest.mark.parametrize(
    ("text", "language", "filled"),
    [
        (
            "{saludo}. Le habla {agente}, de {empresa}. {tratamiento} {titular}",
            "es",
            "Buenas tardes. Le habla Ana, de Cobranza del Norte. señora María Fernanda Ruiz",
        ),
        ("{saludo}, {producto} ending in {ult4}", "en", "Good afternoon, policy ending in 8213"),
        ("{vencido} al {fecha_calc}, {dpd} días", "es", "$3,550.00 al 24 de noviembre, 12 días"),
        ("{recibo} {poliza} {prima} {fin_gracia}", "es", "4/4 AUT-88213 $3,550.00 28 de noviembre"),
        ("{dias_rehab} {fin_rehab}", "es", "30 28 de diciembre"),
        ("{fecha} {limite_rev} {sala}", "en", "November 30 November 27 Cabo Azul"),
        ("{tel_une} {ref} {nada}", "es", "… … …"),
    ],
)
def test_filled_in_the_clients_language(
    account: Callable[..., Account], client: Callable[..., Client], text: str, language: str, filled: str
) -> None:
    one = account("insurance")
    assert fill(text, client(one, language=language), one, agent="Ana") == filled


def test_days_are_the_clients_own(account: Callable[..., Account], client: Callable[..., Client]) -> None:
    one = account("card")
    evening = datetime(2026, 11, 25, 5, tzinfo=UTC)
    local = evening.astimezone(ZoneInfo("America/Hermosillo"))
    assert (
        fill("{saludo}: {fecha_calc}", client(one, as_of=evening), one, now=local)
        == "Buenas noches: 24 de noviembre"
    )


def test_disputed_part_is_not_asked_for(
    account: Callable[..., Account], client: Callable[..., Client]
) -> None:
    one = account("card", disputed=550_00)
    assert fill("{exigible} {vencido}", client(one), one) == "$3,000.00 $3,550.00"


def test_what_the_call_agreed_wins(account: Callable[..., Account], client: Callable[..., Client]) -> None:
    one = account("card")
    agreed = {"monto": "$1,500.00", "fecha": "viernes 27", "canal": "SPEI"}
    assert (
        fill("{monto} el {fecha} por {canal}", client(one), one, values=agreed)
        == "$1,500.00 el viernes 27 por SPEI"
    )


def test_a_name_in_braces_is_not_filled_again(
    account: Callable[..., Account], client: Callable[..., Client]
) -> None:
    one = account("card")
    assert fill("{titular}", client(one, name="{vencido} {0} %s"), one) == "{vencido} {0} %s"


@given(text=st.text(alphabet="{}aeitlumvcdo _09", max_size=40))
def test_any_text_is_filled(
    text: str, account: Callable[..., Account], client: Callable[..., Client]
) -> None:
    one = account("card")
    assert isinstance(fill(text, client(one), one), str)
    assert isinstance(fill(text, client(), None), str)


def test_amounts_are_left_out_while_they_are_hidden(
    account: Callable[..., Account], client: Callable[..., Client]
) -> None:
    one = account("card")
    assert fill("{vencido} {min} {dpd} {ult4}", client(one), one, hidden=True) == "… … 12 0123"
