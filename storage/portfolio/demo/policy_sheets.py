"""What an invented policy says beyond its state: product and version, insured, beneficiaries, terms."""

from __future__ import annotations

from random import Random

from rules.insurance.policies import Beneficiary, Insured, PolicySheet, PolicyTerms
from storage.portfolio.demo.debts import full_name

PRODUCTS = {
    "car": ("Auto Amplia", "Auto Limitada"),
    "life": ("Vida Temporal 20", "Vida y Ahorro"),
    "medical": ("Gastos Médicos Plus", "Gastos Médicos Esencial"),
    "damage": ("Hogar Protegido", "Negocio Seguro"),
    "surety": ("Fianza de cumplimiento",),
}
_VERSIONS = ("2024-07", "2025-01", "2026-01")
_CARS = ("Nissan Versa 2021", "Chevrolet Aveo 2019", "Toyota Hilux 2022", "Volkswagen Jetta 2018")
_BUILDINGS = ("Casa habitación", "Local comercial", "Bodega y contenidos")
_AUTHORITIES = ("Secretaría de Obras Públicas", "Ayuntamiento", "Comisión de Aguas")
_FAMILY = ("cónyuge", "hija", "hijo", "madre")
SHORT_SCALE = (
    ("10d", 1000),
    ("1m", 2000),
    ("2m", 3000),
    ("3m", 4000),
    ("4m", 5000),
    ("5m", 6000),
    ("6m", 7000),
    ("7m", 7500),
    ("8m", 8000),
    ("9m", 8500),
    ("10m", 9000),
    ("11m", 9500),
)
"""Time elapsed at most, and the share of the premium earned by then, in hundredths of a percent."""


def policy_sheet(
    aside: Random, kind: str, frequency: str, holder: str, agent: str, terms: PolicyTerms
) -> PolicySheet:
    """The sheet of a policy; what it draws leaves the portfolio's own numbers alone.

    Args:
        aside: numbers of the policy's own.
        kind: of the policy.
        frequency: how it is paid: mandatory insurance is paid at once (LSCS 39).
        holder: the policyholder's name.
        agent: who sold it.
        terms: by what its figures are worked out.
    """
    mandatory = kind == "car" and frequency == "annual" and aside.random() < 0.3
    return PolicySheet(
        product=aside.choice(PRODUCTS[kind]) if not mandatory else "Responsabilidad Civil Obligatoria",
        version=aside.choice(_VERSIONS),
        agent=agent,
        insurance="surety" if kind == "surety" else "mandatory" if mandatory else "voluntary",
        insured=_insured(aside, kind, holder),
        beneficiaries=_beneficiaries(aside, kind),
        terms=terms,
    )


def terms(kind: str, net: int, fee: int, tax_rate: int, surcharges: dict[str, int], days: int) -> PolicyTerms:
    """The terms of a product: cars go by the short-rate scale, the others by days.

    days: in which a payment brings cover back.
    """
    return PolicyTerms(
        net=net,
        fee=fee,
        tax_rate=tax_rate,
        surcharges=surcharges,
        refund_method="short_rate" if kind == "car" else "pro_rata",
        scale=SHORT_SCALE if kind == "car" else (),
        rehabilitation_days=days,
        offset_scope="all_remaining" if kind == "damage" else "overdue_only",
    )


def _insured(aside: Random, kind: str, holder: str) -> tuple[Insured, ...]:
    if kind == "car":
        return (Insured(name=aside.choice(_CARS)),)
    if kind == "damage":
        return (Insured(name=aside.choice(_BUILDINGS)),)
    if kind == "surety":
        return (Insured(name="Contrato de obra pública"),)
    family = aside.sample(_FAMILY, aside.randint(0, 2)) if kind == "medical" else []
    return (
        Insured(name=holder, relation="titular"),
        *(Insured(name=full_name(aside), relation=relation) for relation in family),
    )


def _beneficiaries(aside: Random, kind: str) -> tuple[Beneficiary, ...]:
    """Shares of a life insurance; of a surety, the authority it is given to."""
    if kind == "surety":
        return (Beneficiary(name=aside.choice(_AUTHORITIES), share=10_000),)
    if kind != "life":
        return ()
    first, second = aside.sample(_FAMILY, 2)
    share = aside.choice((10_000, 6_000, 5_000))
    found = (Beneficiary(name=full_name(aside), share=share, relation=first),)
    if share == 10_000:
        return found
    return (*found, Beneficiary(name=full_name(aside), share=10_000 - share, relation=second))
