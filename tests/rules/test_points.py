"""Contact points: what a change makes of them, and what no change may ever make of them."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import notes, phones, points
from rules.clients import Address, Client, Email, Phone, Task
from rules.contact import callable_phones, parameters
from rules.facts import PointBody, TaskBody
from rules.point_line import problem, read, to_body
from rules.points import MEDIA, POINTS, RETIREMENTS, SOURCES, of_kind, retired, value_of
from rules.searching import REST_DAYS, open_search
from tests.rules.examples import FRIDAY_10_IN_MEXICO, client

MX, US = parameters("MX"), parameters("US")
NOW = FRIDAY_10_IN_MEXICO
HOME = "+526621234567"


def someone(**changes: object) -> Client:
    given = client(
        phones=(Phone(id="1", number="+525555000001"), Phone(id="2", number="+525555000002", label="home")),
        emails=(Email(id="3", address="ana@example.com"),),
        addresses=(Address(id="4", text="Av. Juárez 12, Centro"),),
    )
    return msgspec.structs.replace(given, **changes)


def add(value: str = HOME, point: str = "phone", **more: object) -> PointBody:
    return PointBody(client_id=1, action="add", point=point, value=value, **more)  # type: ignore[arg-type]  # fields by name


def about(point: points.Point, action: str, **more: object) -> PointBody:
    return PointBody(
        client_id=1,
        action=action,
        point=points.kind(point),
        point_id=point.id,
        base=value_of(point),
        **more,  # type: ignore[arg-type]  # fields by name
    )


def codes(body: PointBody, who: Client | None = None) -> list[str]:
    return [one.code for one in points.check(body, who or someone(), MX)]


def done(body: PointBody, who: Client | None = None, fact: str = "f1") -> Client:
    who = who or someone()
    assert not list(points.check(body, who, MX))
    return notes.apply(who, fact, body, NOW, "ana")


def test_a_number_of_the_client_may_be_collected_on_at_once() -> None:
    after = done(add(label="home", source="titular"))
    new = after.phones[-1]
    assert (new.id, new.number, new.label, new.status, new.use) == (
        "f1",
        HOME,
        "home",
        "por_validar",
        "collect",
    )
    assert new.zone == phones.zone(HOME)
    assert new.first_seen == NOW.date()
    assert new in callable_phones(after, MX)
    change = after.point_changes[0]
    assert (change.was, change.became, change.source, change.agent) == ("", HOME, "titular", "ana")


@pytest.mark.parametrize("source", ["tercero", "buro", "publico"])
def test_a_number_from_others_may_only_be_validated_in_mexico(source: str) -> None:
    after = done(add(source=source))
    assert after.phones[-1].use == "validate"
    assert after.phones[-1] not in callable_phones(after, MX)
    abroad = msgspec.structs.replace(someone(), country="US", phones=())
    free = notes.apply(abroad, "f1", add("+12135550123", source=source), NOW, "ana")
    assert callable_phones(free, US) == free.phones


def test_a_number_from_others_that_the_client_confirms_may_be_collected_on() -> None:
    third = done(add(source="tercero"))
    by_third = done(about(third.phones[-1], "validate", source="tercero"), third, "f2")
    assert (by_third.phones[-1].status, by_third.phones[-1].use) == ("validado_tercero", "validate")
    own = done(about(third.phones[-1], "validate", source="titular"), third, "f2")
    assert (own.phones[-1].status, own.phones[-1].use) == ("validado_titular", "collect")
    assert own.phones[-1] in callable_phones(own, MX)


def test_what_the_client_has_already_is_not_added_twice() -> None:
    assert codes(add("+525555000001")) == ["point_known"]
    gone = done(about(someone().phones[0], "retire", status="equivocado"))
    back = done(add("+525555000001", source="tercero"), gone, "f2")
    assert [phone.id for phone in back.phones] == ["1", "2"]
    assert (back.phones[0].status, back.phones[0].use) == ("por_validar", "validate")


def test_only_the_client_brings_back_what_the_client_asked_to_stop() -> None:
    gone = done(about(someone().phones[0], "retire", status="restringido"))
    assert codes(add("+525555000001", source="tercero"), gone) == ["point_restricted"]
    assert codes(add("+525555000001", source="titular"), gone) == []


def test_a_correction_keeps_the_old_value_in_the_history_and_starts_without_permissions() -> None:
    said = done(about(someone().phones[0], "consent", medium="sms", consent=True))
    assert said.phones[0].consents == {"sms": True}
    after = done(about(said.phones[0], "correct", value=HOME, source="titular"), said, "f2")
    assert (after.phones[0].id, after.phones[0].number, after.phones[0].consents) == ("1", HOME, {})
    assert (after.point_changes[0].was, after.point_changes[0].became) == ("+525555000001", HOME)
    assert len(after.point_changes) == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (add("123"), "bad_value"),
        (add("662 123 4567"), "bad_value"),  # a fact carries the number as it is kept
        (add("ana@", point="email"), "bad_value"),
        (add("x", point="address"), "bad_value"),
        (add(source="vecino"), "unknown_source"),
        (add(point="fax"), "unknown_action"),
        (PointBody(client_id=1, action="burn", point="phone"), "unknown_action"),
        (PointBody(client_id=1, action="retire", point="phone", point_id="9", base="+525"), "unknown_point"),
        (about(someone().phones[0], "retire", status="tired"), "unknown_status"),
        (about(someone().emails[0], "retire", status="equivocado"), "unknown_status"),
        (about(someone().phones[0], "consent", medium="mail", consent=True), "unknown_medium"),
        (about(someone().phones[0], "consent", medium="sms"), "unknown_medium"),
        (about(someone().phones[0], "correct", value="+525555000002"), "point_known"),
        (about(someone().phones[0], "correct", value="+525555000001"), "point_known"),
    ],
)
def test_what_can_not_be_is_refused(body: PointBody, code: str) -> None:
    assert codes(body) == [code]


def test_a_retired_number_takes_no_further_change_but_a_correction() -> None:
    gone = done(about(someone().phones[0], "retire", status="ya_no_labora"))
    assert codes(about(gone.phones[0], "retire", status="equivocado"), gone) == ["point_retired"]
    assert codes(about(gone.phones[0], "validate", source="titular"), gone) == ["point_retired"]
    assert codes(about(gone.phones[0], "correct", value=HOME), gone) == []


def test_the_same_fact_on_top_of_the_hubs_document_changes_nothing_more() -> None:
    after = done(add())
    assert notes.apply(after, "f1", add(), NOW, "ana") == after


def test_a_number_added_here_is_found_again_under_the_hubs_own_id() -> None:
    here = done(add())
    there = msgspec.structs.replace(
        here, phones=(*here.phones[:-1], msgspec.structs.replace(here.phones[-1], id="77"))
    )
    retire = about(here.phones[-1], "retire", status="equivocado")
    assert retire.point_id == "f1"
    assert points.phone_id(there, "f1") == "77"
    after = notes.apply(there, "f2", retire, NOW, "ana")
    assert (after.phones[-1].id, after.phones[-1].use) == ("77", "none")


def test_with_a_number_to_call_the_search_is_over() -> None:
    lost = someone(phones=(), tasks=(Task(id="t", kind="skip_trace", due=NOW.date()),))
    third = done(add(source="tercero"), lost)
    assert open_search(third) is not None
    own = done(about(third.phones[0], "validate", source="titular"), third, "f2")
    assert open_search(own) is None
    assert own.tasks[0].outcome == "localizado"


def test_nobody_is_found_without_a_number() -> None:
    lost = someone(phones=(), tasks=(Task(id="t", kind="skip_trace", due=NOW.date()),))
    body = TaskBody(client_id=1, task_id="t", outcome="localizado")
    assert [one.code for one in notes.check(body, lost, NOW, MX)] == ["number_missing"]


@pytest.mark.parametrize(("outcome", "days"), REST_DAYS.items())
def test_a_search_without_a_number_is_followed_by_another(outcome: str, days: int) -> None:
    lost = someone(phones=(), tasks=(Task(id="t", kind="skip_trace", due=NOW.date()),))
    body = TaskBody(client_id=1, task_id="t", outcome=outcome)
    assert not list(notes.check(body, lost, NOW, MX))
    after = notes.apply(lost, "f1", body, NOW, "ana")
    assert [task.status for task in after.tasks] == ["done", "open"]
    assert after.tasks[1].due == NOW.date() + timedelta(days=days)
    assert after.tasks[1].about == outcome
    assert notes.apply(after, "f1", body, NOW, "ana") == after


@pytest.mark.parametrize(
    ("line", "point", "value", "label", "source"),
    [
        ("6621234567 casa tercero", "phone", HOME, "home", "tercero"),
        ("tercero oficina 662 123 45 67", "phone", HOME, "work", "tercero"),
        ("6621234567", "phone", HOME, None, None),
        ("+12135550123 cell client", "phone", "+12135550123", "mobile", "titular"),
        ("Ana@Example.com trabajo", "email", "ana@example.com", "work", None),
        ("Av. Juárez 12, Centro, casa", "address", "Av. Juárez 12, Centro", "home", None),
        ("Calle Casa 12 buró", "address", "Calle Casa 12", None, "buro"),
    ],
)
def test_a_line_says_what_it_is_by_its_shape(
    line: str, point: str, value: str, label: str | None, source: str | None
) -> None:
    found = read(line, "MX")
    assert found is not None
    assert found.valid
    assert (found.point, found.value, found.label, found.source) == (point, value, label, source)


@pytest.mark.parametrize("line", ["123", "66212345678901", "ana@", "casa", "@"])
def test_a_line_that_is_no_point_says_so(line: str) -> None:
    found = read(line, "MX")
    assert found is not None
    assert not found.valid
    refused = problem(to_body(found, someone()), someone())
    assert refused is not None
    assert refused.code == "bad_value"


def test_a_corrected_label_is_a_change_of_its_own() -> None:
    here = someone()
    same = read("55 5500 0001", "MX")
    other = read("55 5500 0001 trabajo", "MX")
    assert same is not None
    assert other is not None
    assert problem(to_body(same, here, here.phones[0]), here) is not None
    body = to_body(other, here, here.phones[0])
    after = done(body, here)
    assert (after.phones[0].label, after.phones[0].status) == ("work", here.phones[0].status)


VALUES = {
    "phone": st.sampled_from(["+525555000001", "+525555000002", HOME, "+525555000003"]),
    "email": st.sampled_from(["ana@example.com", "b@example.com"]),
    "address": st.sampled_from(["Av. Juárez 12, Centro", "Calle Sur 4, Norte"]),
}


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, str, str, str, int]:
    point = draw(st.sampled_from(POINTS))
    action = draw(st.sampled_from(points.ACTIONS))
    return point, action, draw(VALUES[point]), draw(st.sampled_from(SOURCES)), draw(st.integers(0, 3))


@settings(max_examples=150, deadline=None)
@given(st.lists(changes(), max_size=12))
def test_no_row_of_changes_breaks_the_rules_of_points(row: list[tuple[str, str, str, str, int]]) -> None:
    """Values stay unique, what is retired is never callable, what others gave never collected on."""
    here = someone()
    for number, (point, action, value, source, place) in enumerate(row):
        known = of_kind(here, point)
        if action == "add":
            body = add(value, point=point, source=source)
        elif not known:
            continue
        else:
            target = known[place % len(known)]
            body = about(
                target,
                action,
                value=value if action == "correct" else "",
                source=source,
                status=RETIREMENTS[point][place % len(RETIREMENTS[point])],
                medium=MEDIA[point][0],
                consent=bool(place % 2),
            )
        if list(points.check(body, here, MX)):
            continue
        here = notes.apply(here, f"f{number}", body, NOW, "ana")
        for wanted in POINTS:
            values = [value_of(one) for one in of_kind(here, wanted)]
            assert len(values) == len(set(values))
            assert len({one.id for one in of_kind(here, wanted)}) == len(values)
        for phone in here.phones:
            if retired(phone) or phone.source in MX.barred_sources:
                assert phone not in callable_phones(here, MX)
        assert here.point_changes[0].id == f"f{number}"
