"""What holds for every line: nothing crashes, nothing is guessed, what is written reads back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.capture import amounts, choices, dates, hours, plans, receipts, texts, windows
from rules.capture.body import to_body
from rules.capture.complete import suggest
from rules.capture.plans import instalments
from rules.capture.read import read
from rules.capture.scope import Refused, Scope
from rules.capture.tokens import Token
from rules.capture.values import CaptureContext, PlanReading, Reading
from rules.capture.wording import describe, hint, message
from rules.capture.write import plan_word, write
from rules.catalogue import Catalogue, Result

ALPHABET = st.sampled_from(" 0123456789/.,:+-%$#xqmswhdtrpañáéPR²５\x1b\u202e")
STARTS = st.sampled_from(
    [
        *("p", "r", "l", "sini #", "sini#", "cese m:", "cese e:", "m a:", "noha ", "noha", "refi a:"),
        *("p rec", "l rec2-", "y rec2@"),
    ]
)
ANY_LINE = st.one_of(st.text(max_size=40), st.text(alphabet=ALPHABET, max_size=30))
WORDS = st.text("abcñÁZ019-./#:²", min_size=1, max_size=12).filter(lambda word: word.strip("-/"))
NAMES = st.text("abcñÁZ019-.#:²", min_size=1, max_size=12).filter(lambda word: word.strip("-"))
LANGUAGES = st.sampled_from(["es", "en"])
TODAY = date(2026, 11, 24)
NOTES = st.text(st.characters(codec="ascii", categories=("L", "P", "Zs")), min_size=12, max_size=40).filter(
    lambda text: text.strip() == text and len(text) >= 12
)


@st.composite
def lines(draw: st.DrawFn, catalogue: Catalogue) -> str:
    """A line that is right: a code, and any of the fields that it takes, in any order."""
    result = draw(st.sampled_from(list(catalogue.offered())))
    found = {field: draw(_word(field, result, catalogue)) for field in _fields(result)}
    if found.get("receipts"):
        found["amount"] = ""  # whole receipts: their sum
    words = [word for word in found.values() if word]
    note = draw(st.one_of(st.just(""), NOTES)) if "note" in _fields(result) else ""
    shuffled = " ".join(draw(st.permutations(words)))
    return f"{result.code} {shuffled}" + (f" /{note}" if note else "")


def _fields(result: Result) -> tuple[str, ...]:
    return tuple(dict.fromkeys(result.required + result.optional))


def _word(field: str, result: Result, catalogue: Catalogue) -> st.SearchStrategy[str]:
    past = result.effect == "claims_paid"
    days = st.integers(0, 300).map(lambda n: TODAY - timedelta(n) if past else TODAY + timedelta(n))
    forms = {
        "amount": st.one_of(
            st.integers(100_00, 9_000_00).map(lambda minor: f"{minor / 100:,.2f}"),
            st.sampled_from(["venc", "50%"]),
        ),
        "date": days.map(date.isoformat),
        "callback": st.tuples(st.integers(1, 60), st.integers(0, 23)).map(lambda at: f"+{at[0]} {at[1]}h"),
        "plan": st.sampled_from(["2x", "3xq", "12xm", "4xw", "50.25+3xq"]),
        "receipts": st.sampled_from(["rec2", "rec2-4", "rec2,4", "rec4,3", "rec*", "recall", "rec3@213"]),
        "medium": st.sampled_from(sorted(catalogue.media_aliases)).map(lambda word: f"m:{word}"),
        "window": st.tuples(st.integers(7, 14), st.integers(15, 23)).map(lambda at: f"{at[0]}-{at[1]}"),
        "party": st.one_of(st.sampled_from(sorted(catalogue.relation_aliases)), NAMES).map(
            lambda word: f"a:{word}"
        ),
        "reference": WORDS.map(lambda word: f"#{word}"),
        "evidence": WORDS.map(lambda word: f"e:{word}"),
        "channel": st.sampled_from(sorted(catalogue.channel_aliases)),
        "reason": st.sampled_from(sorted(catalogue.reasons)).map(lambda reason: f"r:{reason.lower()}"),
        "destination": st.sampled_from(sorted(catalogue.destinations)).map(lambda area: f"to:{area}"),
        "phone": st.sampled_from(["t1", "t2"]),
    }
    return st.one_of(st.just(""), forms[field]) if field in forms else st.just("")


@given(data=st.data(), language=LANGUAGES)
def test_the_canonical_line_reads_back_to_the_same(
    data: st.DataObject, language: str, catalogue: Catalogue, context: Callable[..., CaptureContext]
) -> None:
    against = context(language=language)
    line = data.draw(lines(catalogue))
    reading = read(line, catalogue, against)
    assert reading.complete, (line, reading.errors)
    canonical = write(reading, against)
    assert read(canonical, catalogue, against) == reading
    assert write(read(canonical, catalogue, against), against) == canonical


@given(line=ANY_LINE, start=STARTS, language=LANGUAGES)
def test_no_line_crashes_and_each_refusal_has_words(
    line: str, start: str, language: str, catalogue: Catalogue, context: Callable[..., CaptureContext]
) -> None:
    against = context(language=language)
    for text in (line, f"p {line}", f"r {line}", f"l{line}", f"{start}{line}"):
        reading = read(text, catalogue, against)
        assert reading.complete == bool(reading.code and not reading.errors)
        for error in reading.errors:
            assert message(error)
            hint(error)
        describe(reading, catalogue, against)
        ghost = suggest(text, catalogue, against)
        assert ghost is None or (ghost.startswith(text) and ghost != text)
        if reading.complete:
            assert read(write(reading, against), catalogue, against) == reading
            to_body(reading, against, catalogue, line=text)


@given(
    word=st.one_of(st.text(alphabet="0123456789/.,:+-%$#xqmswhdtrpaenovi", max_size=8), st.text(max_size=8)),
    language=LANGUAGES,
)
def test_no_word_stands_for_two_fields(
    word: str, language: str, catalogue: Catalogue, context: Callable[..., CaptureContext]
) -> None:
    against = context(language=language)
    for code in (None, "PPT", "PLAN", "YPAG", "NOHA", "CESE", "ABOG", "REFI"):
        result = catalogue.results[code] if code else None
        assert len(_readings(word, Scope(against, catalogue, result))) <= 1


@given(data=st.data(), language=LANGUAGES)
def test_what_a_completion_adds_reads(
    data: st.DataObject, language: str, catalogue: Catalogue, context: Callable[..., CaptureContext]
) -> None:
    against = context(language=language)
    line = data.draw(lines(catalogue)).partition(" /")[0]
    cut_off = line[: data.draw(st.integers(1, len(line)))]
    ghost = suggest(cut_off, catalogue, against)
    if ghost is None:
        return
    assert ghost.startswith(cut_off)
    assert len(ghost) > len(cut_off)
    completed = ghost.split()[-1].lower()
    last = [error for error in read(ghost, catalogue, against).errors if error.token.lower() == completed]
    assert not [error for error in last if error.code.endswith(("unknown", "ambiguous", "not_allowed"))]


def test_no_closed_word_stands_for_two_fields(
    catalogue: Catalogue, context: Callable[..., CaptureContext]
) -> None:
    from rules.capture.vocabulary import AMOUNTS, RHYTHMS, TODAY, TOMORROW, WEEKDAYS, YESTERDAY

    media = catalogue.media_aliases.keys() - AMOUNTS.keys()  # "todo" alone is an amount
    words = [*AMOUNTS, *TODAY, *TOMORROW, *YESTERDAY, *WEEKDAYS, *catalogue.channel_aliases, *media]
    assert len(words) == len(set(words))
    assert not set(words) & set(RHYTHMS)
    for word in catalogue.channel_aliases:
        assert _readings(word, Scope(context(), catalogue)) == ["channel"]
    for word in media:
        assert _readings(word, Scope(context(), catalogue)) == ["medium"]


def _readings(word: str, scope: Scope) -> list[str]:
    token = Token(word, word)
    forms: dict[str, Callable[[], object]] = {
        "amount": lambda: amounts.amount(word, scope),
        "date": lambda: dates.day(word, scope),
        "time": lambda: hours.hour(word),
        "plan": lambda: plans.plan(word),
        "receipts": lambda: receipts.receipts(word, scope),
        "channel": lambda: choices.channel(word, scope),
        "reason": lambda: choices.reason(word, scope),
        "destination": lambda: choices.destination(word, scope),
        "medium": lambda: choices.medium(word, scope),
        "window": lambda: windows.window(word, scope),
        "party": lambda: texts.party(token, scope),
        "reference": lambda: texts.reference(token),
        "evidence": lambda: texts.evidence(token),
        "phone": lambda: choices.phone(word, scope),
    }
    found = []
    for name, form in forms.items():
        try:
            if form() is not None:
                found.append(name)
        except Refused:
            found.append(name)
    return found


@given(digits=st.text(alphabet="0123456789", min_size=1, max_size=12))
def test_digits_alone_are_never_a_date(digits: str, reads: Callable[..., Reading]) -> None:
    reading = reads(f"p {digits}", limits=False)
    assert "date" in reading.defaulted
    assert reading.errors or reading.amount == int(digits) * 100


def test_a_beginning_of_several_codes_is_never_taken(
    reads: Callable[..., Reading], catalogue: Catalogue
) -> None:
    aliases = {result.alias for result in catalogue.results.values()}
    beginnings = {code[:length].lower() for code in catalogue.results for length in range(1, len(code))}
    for word in beginnings - aliases:
        meant = [code for code in catalogue.results if code.lower().startswith(word)]
        reading = reads(word)
        if len(meant) > 1 and word.upper() not in meant:
            assert reading.errors[0].code == "code_ambiguous"
        else:
            assert reading.code == meant[0]


@given(
    amounts=st.lists(st.integers(1, 500_00), min_size=2, max_size=12).map(tuple),
    rhythm=st.sampled_from("qmw"),
)
def test_named_payments_read_back_and_keep_their_amounts(
    amounts: tuple[int, ...],
    rhythm: str,
    catalogue: Catalogue,
    context: Callable[..., CaptureContext],
) -> None:
    plan = PlanReading(count=len(amounts), rhythm=rhythm, amounts=amounts)
    reading = read(f"l {plan_word(plan)}", catalogue, context())
    assert (reading.plan, reading.amount, reading.complete) == (plan, sum(amounts), True)
    body = to_body(reading, context(), catalogue, line="")
    assert tuple(payment.amount for payment in body.instalments) == amounts
    assert [payment.due for payment in body.instalments] == sorted({one.due for one in body.instalments})


@given(
    count=st.integers(1, 60),
    rhythm=st.sampled_from("qmw"),
    down=st.one_of(st.none(), st.integers(1, 10_000)),
    extra=st.integers(0, 10_000_000),
    first=st.dates(date(2026, 1, 1), date(2030, 12, 31)),
)
def test_instalments_sum_to_the_cent_on_growing_days(
    count: int, rhythm: str, down: int | None, extra: int, first: date
) -> None:
    total = (down or 0) + count + extra
    payments = instalments(PlanReading(count=count, rhythm=rhythm, down=down), total, first)
    assert sum(payment.amount for payment in payments) == total
    assert [payment.due for payment in payments] == sorted({payment.due for payment in payments})
    equal = [payment.amount for payment in payments[1 if down else 0 :]]
    assert set(equal[:-1]) <= {equal[0]}
    assert 0 <= equal[-1] - equal[0] < count
