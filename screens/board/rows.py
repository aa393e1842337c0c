"""What the board says of decisions: their kinds, their reasons, and what became of them."""

from __future__ import annotations

from rules.backoffice.ask_problems import PROBLEMS
from rules.protocol import Decision
from rules.words import mark, trn
from widgets.case_lines import KINDS as CASES
from widgets.terms_lines import KINDS as TERMS
from widgets.terms_lines import percent as percent_waived
from widgets.wording import ISSUES, rule_words, word

KINDS = {
    "broken_promise": mark("broken promise"),
    "breach": mark("call against a rule"),
    "conflict": mark("conflict"),
    "late": mark("late fact"),
    "refused": mark("refused fact"),
    "needs_lead": mark("needs a lead"),
    "approval": mark("approval"),
    "inconsistency": mark("wrong data"),
    "case_due": mark("case overdue"),
    "unassigned": mark("unassigned"),
    "no_next_action": mark("no next action"),
}
"""Kind of a decision to its words."""

REASONS = {
    "lease_gone": mark("the client was no longer held"),
    "lease_expired": mark("the hold had run out"),
    "taken": mark("another agent held the client"),
    "promise_unpaid": mark("nothing was paid"),
    "promise_partial": mark("paid in part"),
    "second_promise": mark("the account had an open promise"),
    "clock": mark("the workstation's clock was wrong"),
    "stop_stays": mark("a stop was to be taken back later than allowed"),
    "consent_withdrawn": mark("the client had withdrawn this permission"),
    "point_restricted": mark("the client had asked not to use it"),
    "point_retired": mark("the contact point is out of use"),
    "point_changed": mark("changed at the centre meanwhile"),
    "point_known": mark("the client has it already"),
    "beyond_authority": mark("agreed on more than the agent may grant"),
    "forbidden_wording": mark("the agreement's words may not be sent"),
    "needs_lead": mark("needs the lead first"),
    "wrong_portfolio": mark("not of this portfolio"),
    "conflict_of_interest": mark("I know this person"),
    **ISSUES,
    **CASES,
}
"""Reasons of decisions that have words; any other is shown as it came."""


def reason_words(decision: Decision) -> str:
    """Why a decision waits: of a breach the contact rule, of an approval what is asked for; or how many."""
    if decision.n:
        return trn("{n} client", "{n} clients", decision.n, n=f"{decision.n:,}")
    if decision.asked is not None:
        terms = decision.asked.request.terms
        share, count = percent_waived(terms), len(terms.payments)
        waived = f" −{share} %" if share else ""
        return f"{word(TERMS, terms.kind)}{waived}" + (f" · {count}×" if count > 1 else "")
    return rule_words(decision.reason) if decision.kind == "breach" else word(REASONS, decision.reason)


DECIDED = {
    "approve": mark("Approved; the agent sees it now."),
    "deny": mark("Denied; the agent sees it now."),
    "counter": mark("Offered; the agent sees it now."),
    "taken": mark("It is yours now."),
    "settled": mark("Closed."),
    "ended": mark("Closed; the agent sees the answer, and the client comes back to the queue."),
}
"""Decision to what the board says once the hub has kept it."""

NOT_DECIDED = {
    **PROBLEMS,
    "unknown_request": mark("Not sent: there is no such request any more."),
    "already_answered": mark("Not sent: it was answered, taken back or has ended meanwhile."),
    "own_request": mark("You asked for this yourself: another lead has to answer."),
    "beyond_authority": mark("Not sent: the terms are beyond your own authority."),
    "forbidden": mark("Not sent: the portfolio is not yours."),
    "wrong_role": mark("Not sent: your role does not decide this."),
    "unknown_inconsistency": mark("Not sent: it is not in your portfolios any more."),
    "unknown_case": mark("Not sent: it is not in your portfolios any more."),
    "unknown_review": mark("Not sent: it is not in your portfolios any more."),
    "unknown_owner": mark("Not sent: your role does not decide this."),
    "already_closed": mark("Not sent: somebody closed it meanwhile."),
    "bad_terms": mark("Not sent: the terms can't be kept as they are."),
    "card_number_in_note": mark("Not sent: the note holds a card number."),
    "card_code_in_note": mark("Not sent: the note holds a card's security code."),
    "no_calls": mark("Nothing drawn: nobody was spoken to in these days with these codes."),
    "bad_number": mark("Nothing drawn: 1 to 100 calls of each agent."),
    "unknown_sample": mark("Not kept: the sample is not in your portfolios any more."),
    "unknown_call": mark("Not kept: the call was taken back, or is not of your team."),
    "missing_item": mark("Not kept: the form has changed meanwhile. Open the sample again."),
    "unknown_item": mark("Not kept: the form has changed meanwhile. Open the sample again."),
    "nothing_applies": mark("Not kept: at least one item has to apply."),
    "unknown_portfolio": mark("Not sent: the portfolio is not yours."),
    "unknown_team": mark("Not sent: nobody whom you lead is in that team."),
    "unknown_agent": mark("Not sent: nobody whom you lead is called so."),
    "only_today": mark("Not asked: these figures are of now; there are none of other days."),
    "not_by_people": mark("Not asked: a queue belongs to no team and no agent; take that filter off."),
    "bad_period": mark("Not sent: the first day has to come before the last, 400 days at most."),
    "unknown_kind": mark("Not sent: there is no such kind of message."),
    "bad_audience": mark("Not sent: say to whom."),
    "empty_message": mark("Not sent: there is nothing on the line."),
    "long_message": mark("Not sent: 1,000 characters at most."),
    "coaching_to_one": mark("Not sent: a coaching note is for one agent; F3 says to whom."),
    "client_in_broadcast": mark(
        "Not sent: a message to several may hold nothing of a client (e-mail, id, long number)."
    ),
    "nobody_there": mark("Not sent: nobody of them works today."),
    "unknown_client": mark("Not sent: you or the agent may not see that client."),
    "unknown_message": mark("That message is not yours."),
    "id_taken": mark("Not sent: try again."),
    "unknown_version": mark("Not there: the portfolio has no such version."),
    "bad_strategy": mark("Not counted: the strategy has faults."),
    "why_missing": mark("Not sent: a reason is needed."),
    "offline": mark("Not sent: the hub does not answer. Try again."),
    "unknown_intent": mark("Not done: the payment is not in your portfolios any more."),
    "intent_over": mark("Not done: the payment is over already."),
    "not_paid": mark("Nothing came in by this payment: there is nothing to give back."),
    "too_many_rows": mark("Not sent: too many rows at once."),
    "unknown_run": mark("Not done: there is no such run any more."),
    "bad_month": mark("Not done: the month has not begun, or is too long ago."),
    "run_locked": mark("The run is locked: what is still to be mended is an adjustment."),
    "not_locked": mark("The run is a draft: make it anew instead of adjusting it."),
    "changed_meanwhile": mark("Not done: it has changed meanwhile. Look at it again."),
    "own_run": mark("You made this draft: another person has to lock it."),
    "month_not_over": mark("Not done: the month is not over yet."),
    "not_all_yours": mark("Not done: agents of other teams are in it. Who leads all of them has to."),
    "own_adjustment": mark("Not done: nobody adjusts their own commission."),
    "bad_amount": mark("Not done: an amount more or less than 0."),
    "unknown_currency": mark("Not done: the run has no line in this currency."),
    "unknown_breach": mark("Not done: this call is not yours to decide, or was taken back."),
    "already_cleared": mark("Not done: somebody has cleared it already."),
    "nothing_to_change": mark("Nothing is changed by that."),
    "bad_team": mark("Not kept: a team has a name of 1 to 60 characters."),
    "other_team": mark("Not kept: who leads one team moves nobody into another."),
    "unknown_level": mark("Not kept: no level is called so."),
    "level_too_high": mark("Not kept: the level is above your own."),
    "bad_shift": mark("Not kept: each weekday once, hours in order, rest within them."),
    "bad_skill": mark("Not kept: 30 skills at most, each of letters, digits and hyphens."),
    "bad_absence": mark("Not kept: the days are not in order, or more than a year."),
    "absence_overlaps": mark("Not kept: the agent is absent on one of these days already."),
    "unknown_cover": mark("Not kept: no other agent whom you lead is called so."),
    "unknown_order": mark("That order is not in your portfolios and team any more."),
    "nobody_to_share_with": mark("Choose an agent who is not absent today."),
    "one_agent": mark("Choose one agent for this."),
    "too_many_clients": mark("More than 100,000 clients: take a part of the portfolio, or an agent's."),
    "nothing_to_move": mark("Nobody would change hands."),
    "unknown_directive": mark("Not done: it is not in your portfolios any more."),
    "unknown_part": mark("Not done: no client has ever been in that part of the portfolio."),
    "bad_until": mark("Not done: it would have ended already; give a later hour."),
    "unknown_reconciliation": mark("That reconciliation is not in your portfolios any more."),
    "bad_sides": mark("Not made: each side needs a file, or the store."),
    "same_files": mark("These very files were reconciled before."),
    "not_loading": mark("Its rows are all here already; begin another one."),
    "still_loading": mark("Its rows are not all here yet; begin another one."),
    "rows_missing": mark("Not all rows arrived; begin again."),
    "too_many_pairs": mark("Not made: more than 200,000 rows on a side."),
    "rows_unsettled": mark("Not closed: rows that do not match wait to be settled."),
    "unknown_status": mark("Rows of this status do not wait for anybody."),
    "unknown_resolution": mark("Not settled: there is no such way to settle it."),
    "nothing_to_settle": mark("None of these rows waits."),
    "unknown_absence": mark("Not kept: there is no such absence any more."),
    "bad_day": mark("Not taken: the day of the file lies ahead."),
    "unknown_receipt": mark("Not done: the policy has no such receipt any more."),
    "receipt_closed": mark("Not done: the first receipt is not open any more."),
    "unknown_policy": mark("Not done: there is no such policy any more."),
    "unknown_payment": mark("Not done: the payment is not in your portfolios any more."),
    "unknown_account": mark("Not done: no account or policy of yours has this number."),
    "several_accounts": mark("Not done: several accounts or policies have this number."),
    "same_account": mark("Not done: the money is on this account already."),
    "other_currency": mark("Not done: that account is in another currency."),
    "before_ledger": mark("Not done: it was posted before there was a ledger."),
    "bounced": mark("Not done: the payment bounced."),
    "nothing_to_apply": mark("Nothing applied: the deposit pays no whole receipt whose cover holds."),
    "nothing_applied": mark("The payment pays nothing here."),
    "not_applied": mark("Not done: less than that is applied to the receipt."),
    "moved_or_refunded": mark("Not done: some of it was moved or given back; that has to come back first."),
    "not_in_deposit": mark("Not done: less than that is free in deposit. Take it back first."),
    "not_enough": mark("Not done: less than that of the payment is on its account."),
    "instruction_missing": mark("Another policyholder's account: add the instruction's folio, #FOLIO"),
    "own_order": mark("You ordered this yourself: another person has to decide."),
    "unknown_batch": mark("Not taken: no charge file of your portfolios has this folio."),
    "nothing_to_charge": mark("No file: nothing of this may be charged today."),
    "unknown_mandate": mark("Not done: the mandate is not in your portfolios any more."),
    "mandate_revoked": mark("It was taken back before; nothing is charged by it."),
    "unknown_channel": mark("Not done: this channel does not charge by itself."),
    "policy_not_covered": mark("Not done: the policy is neither in force nor in grace."),
    "same_channel": mark("Not done: it is collected so already."),
    "twice_promise": mark("Not done: the first receipt is promised otherwise; it would be collected twice."),
    "twice_intent": mark("Not done: the first receipt is being paid by terminal or link."),
    "twice_charge": mark("Not done: the first receipt is with the bank already."),
    "limit_below_receipt": mark("Not done: the limit is below the first receipt."),
    "unknown_view": mark("Not asked: there is no such view."),
    "unknown_tax_receipt": mark("Not done: it is not in your portfolios any more."),
    "nothing_chosen": mark("Nothing is chosen."),
    "too_many": mark("Too many at once: take fewer."),
    "already_stamped": mark("Not done: one of them is stamped or cancelled by now. Ask again."),
    "not_stamped": mark("Not done: it is not stamped yet."),
    "has_differences": mark("Not done: it does not say what it has to; Enter shows what."),
    "no_differences": mark("Not done: everything in it fits."),
    "unknown_medium": mark("Not done: e-mail, portal or by hand."),
    "no_email": mark("Not done: the client has no validated e-mail address."),
    "other_email": mark("Not done: that is not a validated address of the client."),
}
"""Why a decision was not kept, by the hub's code."""
