"""The call scripts as data: no loose ends, every code known, both languages alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from importlib.resources import files

import msgspec
import pytest

from rules.clients import Account, Attempt, Client, Detail
from rules.conditions import condition
from rules.identity import FACTORS
from rules.placeholders import fill
from rules.scripts import BACK, Script, load
from storage import reference
from tests.rules.scripts.conftest import NOON

IDS = [
    "credit",
    "sme",
    "us",
    "insurance",
    "insurance_lapsed",
    "timeshare",
    "timeshare_cancellation",
]
PRODUCT = {
    "credit": "card",
    "sme": "sme",
    "us": "loan",
    "insurance": "insurance",
    "insurance_lapsed": "insurance",
}
UNKNOWN_TO_AN_ACCOUNT = {
    *("domicilio", "tel_une", "correo_une", "tel_despacho"),  # of the firm: come with the portfolio
    *("canal", "ref", "condiciones", "nombre_agente"),  # agreed in the call, or in the account's own sheet
}


def data() -> str:
    return files("rules").joinpath("data", "scripts.toml").read_text(encoding="utf-8")


def texts(script: Script) -> list[tuple[str, str]]:
    pairs = [(node.es, node.en) for node in script.nodes.values()]
    pairs += [(choice.es, choice.en) for node in script.nodes.values() for choice in node.answers]
    pairs += [(each.es, each.en) for each in script.objections]
    return pairs + [(each.reply_es, each.reply_en) for each in script.objections if not each.next]


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_ids(scripts: dict[str, Script]) -> None:
    assert list(scripts) == IDS


@pytest.mark.parametrize("name", IDS)
def test_every_answer_leads_somewhere(scripts: dict[str, Script], name: str) -> None:
    script, catalogue = scripts[name], reference.catalogue()
    reached = {script.start, *(each.next for each in script.objections)} - {""}
    for node in script.nodes.values():
        assert len(node.answers) <= 9
        for choice in node.answers:
            assert choice.next or choice.code, (node.id, choice.es)
            assert choice.next in ("", BACK, *script.nodes)
            assert not choice.code or catalogue.results[choice.code].agent
            assert not choice.reason or choice.reason in catalogue.reasons
            assert not choice.destination or choice.destination in catalogue.destinations
            assert not choice.medium or choice.medium in catalogue.media
            reached |= {choice.next, node.otherwise} - {"", BACK}
    assert reached == script.nodes.keys()


@pytest.mark.parametrize("name", IDS)
def test_no_dead_end_but_the_closing(scripts: dict[str, Script], name: str) -> None:
    assert [node.id for node in scripts[name].nodes.values() if not node.answers] == ["C1"]


@pytest.mark.parametrize("name", IDS)
def test_forced_nodes(scripts: dict[str, Script], name: str) -> None:
    forced = {node.id for node in scripts[name].nodes.values() if node.forced}
    own = {"us": {"D2"}, "timeshare": {"T11"}, "timeshare_cancellation": {"T11"}}.get(name, set())
    assert forced == {"G1", "G2", "V1", "V4", "D1", "P1", "S1", "C1"} | own


COMMON = {"G1", "G2", "V1", "V2", "V3", "T1", "D1", "S1", "C1", "X1", "X2", "X3", "X4"}
CARD = {"P1", "Q1", "N1", "N2", "N3", "N4", "N5", "R1", "PG1", "Y1", "K1", "AU1"}
INSURANCE = {"P1", "Q1", "N1", "N2", "N4", "M1", "K2", "B1", "G9", "I1", "PG1"}
TIMESHARE = {"P1", "T11", "T12", "T13", "T21", "T22", "T23", "T24", "T25", "T26"}


@pytest.mark.parametrize(
    ("name", "nodes"),
    [
        ("credit", CARD),
        ("sme", CARD),
        ("us", CARD),
        ("insurance", INSURANCE | {"N3"}),
        ("insurance_lapsed", INSURANCE),
        ("timeshare", CARD | TIMESHARE),
        ("timeshare_cancellation", TIMESHARE),
    ],
)
def test_every_model_is_complete(scripts: dict[str, Script], name: str, nodes: set[str]) -> None:
    assert COMMON | nodes <= scripts[name].nodes.keys()


@pytest.mark.parametrize("name", IDS)
def test_identity_is_asked_before_the_debt_is_disclosed(scripts: dict[str, Script], name: str) -> None:
    """Only answers that confirm the identity lead from the stages before to those that speak of the debt."""
    script = scripts[name]
    for node in script.nodes.values():
        if node.stage in ("greeting", "identity"):
            for choice in node.answers:
                after = script.nodes[choice.next].stage if choice.next not in ("", BACK) else ""
                if after == "reason":
                    assert choice.identity == "confirmed", (node.id, choice.en)
                    assert choice.factors


def test_two_data_confirm_and_no_full_secret_is_asked_for(scripts: dict[str, Script]) -> None:
    for script in scripts.values():
        for node in script.nodes.values():
            for choice in node.answers:
                assert set(choice.factors) <= set(FACTORS)
                if choice.identity == "confirmed":
                    assert len(choice.factors) == (1 if node.id == "V2" else 2)
        asked = script.nodes["V1"].es + script.nodes["V4"].es
        assert not re.search(r"CURP|RFC completo|contraseña|NIP|CVV", asked)


def test_every_condition_in_use_exists_and_can_differ(
    scripts: dict[str, Script], account: Callable[..., Account], client: Callable[..., Client]
) -> None:
    used = {name for script in scripts.values() for node in script.nodes.values() for name in node.when}
    used |= {
        name
        for script in scripts.values()
        for node in script.nodes.values()
        for choice in node.answers
        for name in choice.when
    }
    bare = account("card", minimum=0, days=200, details=())
    poor = client(bare)
    full = account(
        "insurance",
        days=5,
        details=(
            Detail(key="insurance_agent", value="Luis"),
            Detail(key="signed_on", value="2026-11-20"),
            Detail(key="price", value="$30,000.00 MXN"),
        ),
        components={"capital_vencido": 3_550_00},
    )
    rich = client(
        full, born=date(1981, 3, 12), tax_id="RUOM850214AB1", address="Calle 1, 06700",
        attempts=(Attempt(at=NOON, conversation=True),),
    )  # fmt: skip
    other_policy = msgspec.structs.replace(rich.policies[0], id=2, account_id=9, number="VID-1")
    rich = msgspec.structs.replace(rich, policies=(*rich.policies, other_policy))
    for name in used:
        one, other = condition(name)(poor, bare), condition(name)(rich, full)
        assert one is not other, name


@pytest.mark.parametrize("name", IDS)
def test_nothing_of_the_debt_is_said_before_identity(scripts: dict[str, Script], name: str) -> None:
    told = {"vencido", "exigible", "min", "payoff", "saldo", "monto", "dpd", "acreedor", "ult4", "prima"}
    for node in scripts[name].nodes.values():
        if node.stage in ("greeting", "identity"):
            assert not placeholders(node.es + node.en) & told, node.id


@pytest.mark.parametrize("name", IDS)
def test_both_languages_say_the_same_figures(scripts: dict[str, Script], name: str) -> None:
    spanish_only = {"tratamiento"}
    for spanish, english in texts(scripts[name]):
        assert spanish
        assert english
        assert placeholders(spanish) - spanish_only == placeholders(english) - spanish_only


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("name", IDS)
def test_placeholders_are_known(
    scripts: dict[str, Script],
    account: Callable[..., Account],
    client: Callable[..., Client],
    name: str,
    language: str,
) -> None:
    one = account(PRODUCT.get(name, "timeshare"))
    person = client(one, language=language)
    for pair in texts(scripts[name]):
        for placeholder in placeholders("".join(pair)) - UNKNOWN_TO_AN_ACCOUNT:
            assert fill(f"{{{placeholder}}}", person, one, agent="Ana") not in ("", "…"), placeholder


def test_a_name_with_a_full_stop_ends_a_sentence_with_one(client: Callable[..., Client]) -> None:
    firm = msgspec.structs.replace(client(), firm="Cobranza, S.C.")
    assert fill("De {empresa}. ¿Bien?", firm, None) == "De Cobranza, S.C. ¿Bien?"
    assert fill("Espere...", firm, None) == "Espere..."


def test_the_united_states_are_told_who_calls(scripts: dict[str, Script]) -> None:
    disclosure = scripts["us"].nodes["D1"]
    assert disclosure.when == ("first_contact",)
    assert "from a debt collector" in scripts["us"].nodes[disclosure.otherwise].en
    assert "attempt to collect a debt" in disclosure.en
    assert "cobrar una deuda" in disclosure.es
    assert "{acreedor}" not in scripts["us"].nodes["T1"].en + scripts["us"].nodes["G1"].en
    assert "{empresa}" not in scripts["us"].nodes["G1"].en  # a firm's name may say what it does


def test_objections_fit_their_script(scripts: dict[str, Script]) -> None:
    names = {name: {each.id for each in script.objections} for name, script in scripts.items()}
    assert "useless_insurance" in names["insurance"]
    assert "misled" in names["timeshare"]
    assert not names["credit"] & {"useless_insurance", "misled"}
    assert len(set().union(*names.values())) == 12
    leading = {each.id: each.next for each in scripts["credit"].objections if each.next}
    assert leading == {"lawyer": "X3", "stop_calling": "X2"}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('next = "G2"', 'next = "G0"', "'G0', which does not exist"),
        ('start = "G1"', 'start = "G0"', "'G0', which does not exist"),
        ('stage = "greeting"', 'stage = "hello"', "unknown stage"),
        ('when = ["first_contact"]', 'when = ["fist_contact"]', "no condition is called 'fist_contact'"),
        ('when = ["bucket>=4"]', 'when = ["bucket>=x"]', "no condition"),
        ('otherwise = "V4"', 'otherwise = ""', "needs both when and otherwise"),
        ('otherwise = "V4"', 'otherwise = "V1"', "without end"),
        ('identity = "refused"', 'identity = "maybe"', "unknown identity"),
        ('factors = ["postcode"]', 'factors = ["shoe_size"]', "unknown identity or factor"),
        ('name_es = "Aviso"', 'name_es = ""', "has no name"),
        ("forced = true", "forcd = true", "forcd"),
        ('groups = ["common", "credit"]', 'groups = ["common", "loans"]', "loans"),
        ("[scripts.credit]", "[scripts.credit", "can't be read"),
    ],
)
def test_a_graph_with_a_loose_end_is_refused(old: str, new: str, fault: str) -> None:
    assert old in data()
    with pytest.raises(ValueError, match=fault):
        load(data().replace(old, new, 1))
