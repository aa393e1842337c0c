"""Every route and whose it is: the one table that tests of roles, paths and descriptions go by."""

from __future__ import annotations

import re

ROLES = ("agent", "lead", "backoffice", "admin", "auditor")
USERS = {"agent": "agent1"} | {role: role for role in ROLES[1:]}
ANYBODY = ("nobody", "expired", "revoked", *ROLES)
OFFICE = ("lead", "backoffice", "admin")
OFFICE_READERS = ("lead", "backoffice", "admin", "auditor")
REPORT_READERS = ("lead", "backoffice", "admin", "auditor")
STREAM = ("GET", "/v1/stats/stream")

MAY = {
    ("POST", "/v1/session"): ANYBODY,
    ("POST", "/v1/session/refresh"): ANYBODY,
    ("DELETE", "/v1/session"): ("expired", "revoked", *ROLES),
    ("DELETE", "/v1/sessions"): ROLES,
    ("POST", "/v1/leases"): ("agent",),
    ("POST", "/v1/leases/renew"): ("agent",),
    ("DELETE", "/v1/leases/{lease_id}"): ("agent",),
    ("POST", "/v1/events"): ("agent",),
    ("GET", "/v1/changes"): ROLES,
    ("GET", "/v1/agenda"): ("agent",),
    ("GET", "/v1/rulebooks"): ROLES,
    ("GET", "/v1/stats"): ("lead", "admin", "auditor"),
    STREAM: ("lead", "admin", "auditor"),
    ("POST", "/v1/requests/{request_id}/answer"): ("lead", "admin"),
    ("POST", "/v1/cases/{case_id}/close"): ("lead", "backoffice", "admin"),
    ("POST", "/v1/inconsistencies/{inconsistency_id}"): ("lead", "backoffice", "admin"),
    ("POST", "/v1/reviews/{review_id}/close"): ("lead", "admin"),
    ("POST", "/v1/assignments/preview"): ("lead", "admin"),
    ("POST", "/v1/assignments"): ("lead", "admin"),
    ("GET", "/v1/assignments"): ("lead", "admin", "auditor"),
    ("GET", "/v1/assignments/load"): ("lead", "admin", "auditor"),
    ("GET", "/v1/assignments/{order_id}/moves"): ("lead", "admin", "auditor"),
    ("GET", "/v1/directives"): ("lead", "admin", "auditor"),
    ("POST", "/v1/directives"): ("lead", "admin"),
    ("POST", "/v1/directives/{directive_id}/end"): ("lead", "admin"),
    ("GET", "/v1/standing/{kind}"): ("lead", "admin", "auditor"),
    ("POST", "/v1/samples"): ("lead", "admin"),
    ("GET", "/v1/samples"): ("lead", "admin", "auditor"),
    ("GET", "/v1/samples/{sample_id}"): ("lead", "admin", "auditor"),
    ("POST", "/v1/evaluations"): ("lead", "admin"),
    ("POST", "/v1/messages"): ("lead", "admin"),
    ("GET", "/v1/messages"): ("lead", "admin"),
    ("GET", "/v1/messages/{message_id}/readers"): ("lead", "admin"),
    ("POST", "/v1/messages/{message_id}/read"): ("lead", "admin"),
    ("GET", "/v1/team"): ("agent",),
    ("GET", "/v1/staff"): ("lead", "admin", "auditor"),
    ("POST", "/v1/staff/{name}"): ("lead", "admin"),
    ("GET", "/v1/commissions"): ("lead", "admin", "auditor"),
    ("GET", "/v1/commissions/mine"): ("agent",),
    ("POST", "/v1/commissions"): ("lead", "admin"),
    ("POST", "/v1/commissions/{run_id}/lock"): ("lead", "admin"),
    ("POST", "/v1/commissions/{run_id}/adjustments"): ("lead", "admin"),
    ("POST", "/v1/breaches/{call_id}/clear"): ("lead", "admin"),
    ("GET", "/v1/strategies"): ("lead", "admin", "auditor"),
    ("GET", "/v1/strategies/version"): ("lead", "admin", "auditor"),
    ("POST", "/v1/strategies/simulate"): ("lead", "admin"),
    ("POST", "/v1/strategies/clients"): ("lead", "admin"),
    ("POST", "/v1/strategies"): ("lead", "admin"),
    ("GET", "/v1/reports"): REPORT_READERS,
    ("GET", "/v1/reports/{name}"): REPORT_READERS,
    ("GET", "/v1/reports/{name}/rows"): REPORT_READERS,
    ("GET", "/v1/reports/workbook"): REPORT_READERS,
    ("GET", "/v1/office"): OFFICE_READERS,
    ("GET", "/v1/reconciliations"): OFFICE_READERS,
    ("POST", "/v1/reconciliations"): OFFICE,
    ("POST", "/v1/reconciliations/{run_id}/rows"): OFFICE,
    ("POST", "/v1/reconciliations/{run_id}/match"): OFFICE,
    ("GET", "/v1/reconciliations/{run_id}/rows"): OFFICE_READERS,
    ("POST", "/v1/reconciliations/{run_id}/resolve"): OFFICE,
    ("POST", "/v1/reconciliations/{run_id}/close"): OFFICE,
    ("GET", "/v1/asks"): OFFICE_READERS,
    ("GET", "/v1/asks/{ask_id}"): OFFICE_READERS,
    ("POST", "/v1/asks"): OFFICE,
    ("POST", "/v1/asks/figures"): OFFICE,
    ("POST", "/v1/asks/{ask_id}/answer"): OFFICE,
    ("POST", "/v1/asks/{ask_id}/do"): OFFICE,
    ("POST", "/v1/asks/{ask_id}/withdraw"): OFFICE,
    ("GET", "/v1/policies"): OFFICE_READERS,
    ("GET", "/v1/policies/{policy_id}"): OFFICE_READERS,
    ("GET", "/v1/payments"): OFFICE_READERS,
    ("GET", "/v1/payments/{payment_id}"): OFFICE_READERS,
    ("POST", "/v1/payments/{payment_id}/apply"): OFFICE,
    ("POST", "/v1/payments/{payment_id}/take-back"): OFFICE,
    ("POST", "/v1/payments/{payment_id}/bounce"): OFFICE,
    ("POST", "/v1/payments/{payment_id}/transfer"): OFFICE,
    ("POST", "/v1/payments/{payment_id}/refund"): OFFICE,
    ("POST", "/v1/money-orders/{order_id}"): OFFICE,
    ("GET", "/v1/charges"): OFFICE_READERS,
    ("POST", "/v1/charges/batches"): OFFICE,
    ("GET", "/v1/charges/batches/{batch_id}"): OFFICE,
    ("POST", "/v1/charges/results"): OFFICE,
    ("POST", "/v1/mandates/{mandate_id}/revoke"): OFFICE,
    ("POST", "/v1/mandates/{mandate_id}/renewal"): OFFICE,
    ("POST", "/v1/notices/{gateway}"): ANYBODY,
    ("GET", "/v1/intents"): OFFICE_READERS,
    ("POST", "/v1/intents/{intent_id}/withdraw"): OFFICE,
    ("POST", "/v1/intents/{intent_id}/again"): OFFICE,
    ("POST", "/v1/intents/{intent_id}/refund"): OFFICE,
    ("POST", "/v1/terminal-files"): OFFICE,
    ("GET", "/v1/cfdi"): OFFICE_READERS,
    ("GET", "/v1/cfdi/{tax_id}"): OFFICE_READERS,
    ("POST", "/v1/cfdi/requested"): OFFICE,
    ("POST", "/v1/cfdi/stamped"): OFFICE,
    ("POST", "/v1/cfdi/{tax_id}/sent"): OFFICE,
    ("POST", "/v1/cfdi/{tax_id}/accepted"): OFFICE,
    ("GET", "/healthz"): ANYBODY,
    ("GET", "/readyz"): ANYBODY,
    ("GET", "/metrics"): ANYBODY,
    ("GET", "/openapi.json"): ANYBODY,
}
"""Who gets past the door of each route; what is said behind it is another matter."""

READS = {("POST", "/v1/session"), ("POST", "/v1/session/refresh"), ("DELETE", "/v1/session")}
"""Routes that change nothing but the caller's own session."""

NOTICE = ("POST", "/v1/notices/{gateway}")
"""Whoever calls here has no session: the signature on what is sent proves who it is."""

NUMBERED = re.compile(r"\{(payment_id|policy_id)\}")
"""Parts of paths that are numbers."""
