"""A company's credit whole, in lines: who speaks for it, who answers with it, what secures it, its group."""

from __future__ import annotations

from textual.content import Content

from rules import companies
from rules.clients import Account, Client
from rules.companies import Company, Contact
from rules.rates import Ratio
from rules.words import tr
from widgets.formats import full_day, money, phone_number, plain
from widgets.panel import LABEL, columns, wrapped
from widgets.shown import row, shown
from widgets.wording import word


def company_sheet(account: Account, client: Client, width: int) -> list[Content]:
    """The company behind an account, in lines for a width in cells."""
    company = account.company
    if company is None:
        return []
    return [
        *_head(company, account, width),
        shown(""),
        *_contacts(company, client, width),
        shown(""),
        *_collateral(company, account, width),
        *_group(company, account, width),
    ]


def _head(company: Company, account: Account, width: int) -> list[Content]:
    since = (
        f" · {tr('since {day}', day=full_day(company.incorporated_on))}" if company.incorporated_on else ""
    )
    line = word(companies.LINES, company.line)
    drawn = tr(
        "{line}: {drawn} of {limit} drawn ({percent})",
        line=line,
        drawn=plain(company.drawn),
        limit=money(company.limit, account.currency),
        percent=_percent(companies.drawn(company)),
    )
    owed = tr("overdue {overdue}, payoff {total}", overdue=plain(account.overdue), total=plain(account.total))
    head = row((company.legal_name, "bold"), f" · {company.tax_id}", (f" · {company.activity}{since}", LABEL))
    return [*wrapped(head, width, "  "), *wrapped(shown(drawn), width, "  "), shown(owed, LABEL)]


def _contacts(company: Company, client: Client, width: int) -> list[Content]:
    """Each contact with the number by which a capture names it, and the phone that calls it."""
    lines = [shown(tr("Who may be spoken to (c1, c2... in a capture)"), "bold")]
    for number, contact in enumerate(company.contacts, start=1):
        right = companies.is_right_party(contact)
        sign = ("✓ ", "$text-success") if right else ("· ", LABEL)
        role = word(companies.ROLES, contact.role)
        known = f" · {_phone(contact, client)}" if contact.phone else ""
        note = "" if right else f" · {tr('no right party')}"
        line = row(
            (f" c{number} ", "bold"),
            sign,
            contact.name,
            f" · {role}{known}",
            (f" · {contact.right}{note}", LABEL),
        )
        lines += wrapped(line, width, "    ")
    return lines


def _phone(contact: Contact, client: Client) -> str:
    """The contact's number, with the one by which the desk calls it."""
    places = (place for place, phone in enumerate(client.phones, start=1) if phone.number == contact.phone)
    place = next(places, 0)
    return phone_number(contact.phone) + (f" (t{place})" if place else "")


def _collateral(company: Company, account: Account, width: int) -> list[Content]:
    ratio = companies.covered(company, account.total)
    lines = [
        row((tr("Collateral"), "bold"), (f" · {tr('covers {percent}', percent=_percent(ratio))}", LABEL))
    ]
    for one in company.collateral:
        valued = tr("valued {day}", day=full_day(one.valued_on)) if one.valued_on else ""
        cells = [
            shown(f" {word(companies.COLLATERALS, one.kind)} · {one.what}"),
            shown(plain(one.value) if one.value else "–"),
            shown(valued, LABEL),
        ]
        lines.append(columns(cells, [max(1, min(46, width - 38)), -15, 20]))
    return lines


def _group(company: Company, account: Account, width: int) -> list[Content]:
    if not company.group:
        return []
    total, overdue = companies.exposure(company, account.total, account.overdue)
    sums = tr("owes {total} here, {overdue} overdue", total=plain(total), overdue=plain(overdue))
    lines = [shown(""), row((company.group, "bold"), f" · {sums}")]
    for one in company.exposure:
        cells = [
            shown(f" {one.company}"),
            shown(plain(one.total)),
            shown(plain(one.overdue), "$text-error" if one.overdue else LABEL),
            shown(tr("{days} days", days=one.days), LABEL),
        ]
        lines.append(columns(cells, [max(1, min(36, width - 46)), -16, -16, -10]))
    return lines


def _percent(ratio: Ratio) -> str:
    return f"{ratio.percent} %" if ratio.percent is not None else "–"
