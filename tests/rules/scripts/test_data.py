"""The call scripts as data: no loose ends, every code known, both languages alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files

import pytest

from rules.clients import Account, Client
from rules.scripts import Script, fill, load
from storage import reference

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
    return pairs + [(each.reply_es, each.reply_en) for each in script.objections]


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_ids(scripts: dict[str, Script]) -> None:
    assert list(scripts) == IDS


@pytest.mark.parametrize("name", IDS)
def test_every_answer_leads_somewhere(scripts: dict[str, Script], name: str) -> None:
    script, catalogue = scripts[name], reference.catalogue()
    reached = {script.start}
    for node in script.nodes.values():
        assert len(node.answers) <= 9
        for choice in node.answers:
            assert choice.next or choice.code, (node.id, choice.es)
            assert not choice.next or choice.next in script.nodes
            assert not choice.code or catalogue.results[choice.code].agent
            assert not choice.reason or choice.reason in catalogue.reasons
            reached |= {choice.next} - {""}
    assert reached == script.nodes.keys()


@pytest.mark.parametrize("name", IDS)
def test_no_dead_end_but_the_closing(scripts: dict[str, Script], name: str) -> None:
    assert [node.id for node in scripts[name].nodes.values() if not node.answers] == ["C1"]


@pytest.mark.parametrize("name", IDS)
def test_forced_nodes(scripts: dict[str, Script], name: str) -> None:
    forced = {node.id for node in scripts[name].nodes.values() if node.forced}
    assert forced == {"G1", "G2", "V1", "D1", "P1", "S1", "C1"}


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


def test_the_united_states_are_told_who_calls(scripts: dict[str, Script]) -> None:
    disclosure = scripts["us"].nodes["D1"]
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


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('next = "G2"', 'next = "G0"', "'G0', which does not exist"),
        ('start = "G1"', 'start = "G0"', "'G0', which does not exist"),
        ('stage = "greeting"', 'stage = "hello"', "unknown stage"),
        ("forced = true", "forcd = true", "forcd"),
        ('groups = ["common", "credit"]', 'groups = ["common", "loans"]', "loans"),
        ("[scripts.credit]", "[scripts.credit", "can't be read"),
    ],
)
def test_a_graph_with_a_loose_end_is_refused(old: str, new: str, fault: str) -> None:
    assert old in data()
    with pytest.raises(ValueError, match=fault):
        load(data().replace(old, new, 1))
