"""What the provider writes and reads. Calls nothing of the host, so that it is tested on any machine.

The provider of this example is made up. Put the documented messages of yours here, and into the tests. Amounts are whole minor units; a
provider that writes decimals is read with `decimal.Decimal`, never as a float.
"""

import json

from wakala_plugin.errors import misconfigured, rejected, retryable, unauthorized, unknown_outcome

KIND = "payment.updated"

# The provider's words in ours. A word we do not know decides nothing.
STATES = {"paid": "received", "failed": "failed", "reversed": "reversed"}

# Why a payment failed, in the words the platform has sentences for.
REASONS = {"cancelled": "cancelled-by-payer", "balance": "insufficient-funds", "timeout": "no-answer"}


def base(live):
    """Where the provider is reached: real money, or its sandbox."""
    return "https://api.example.com" if live else "https://sandbox.example.com"


def charge(req, account, callback):
    """The request for a payment."""
    if not req.payer.phone:
        raise rejected("phone", "The payer has no phone number")
    return {
        "account": account,
        "amount": req.amount.minor,
        "currency": req.amount.currency,
        "phone": req.payer.phone,
        "reference": req.reference,
        "callback_url": callback,
    }


def charged(status, answer):
    """The answer to a charge. What is neither a clear yes nor a clear no may have happened."""
    if status in (200, 201):
        return _outcome(answer, unknown_outcome("the answer cannot be read"))
    if status in (401, 403):
        raise unauthorized(_said(answer))
    if status == 429:
        raise retryable(_said(answer))
    if 400 <= status < 500:
        raise rejected((answer or {}).get("code", "refused"), _said(answer))
    raise unknown_outcome(f"HTTP {status}")


def found(status, answer):
    """The answer to a question about a payment."""
    if status == 200:
        return _outcome(answer, retryable("the answer cannot be read"))
    if status in (401, 403):
        raise unauthorized(_said(answer))
    if status == 404:
        raise rejected("not-found", _said(answer))
    raise retryable(f"HTTP {status}")


def account(status, answer):
    """The sentence about the tenant's account."""
    if status in (401, 403):
        raise misconfigured("api_key", "The provider does not know this key")
    if status != 200:
        raise retryable(f"HTTP {status}")
    return f"Connected to the account {(answer or {}).get('name', 'without a name')}."


def not_read(no):
    """A question that got no answer."""
    return retryable(no.message) if no.kind == "unknown-outcome" else no


def report(key, document):
    """What a callback reports. `key` is what the callback's address was made for."""
    known = _outcome(document, rejected("format", "this is no payment"))
    amount = known["amount"] or {}
    data = {
        "key": key,
        "provider_ref": known["ref"],
        "state": known["state"],
        "code": known["code"],
        "receipt": known["receipt"],
        "amount_minor": amount.get("minor"),
        "currency": amount.get("currency"),
    }
    told = {name: value for name, value in data.items() if value is not None}
    reason = [("reason", known["reason"])] if known["reason"] else []
    return {"id": f"{KIND}:{known['ref']}:{known['state']}", "kind": KIND, "data": json.dumps(told), "extra": reason}


def _outcome(document, otherwise):
    """A payment as the provider describes it in answers and callbacks alike; raises `otherwise` if it is none."""
    if not isinstance(document, dict) or not isinstance(document.get("id"), str) or not isinstance(document.get("status"), str):
        raise otherwise
    amount, currency, code = document.get("amount"), document.get("currency"), document.get("code")
    return {
        "ref": document["id"],
        "state": STATES.get(document["status"], "pending"),
        "code": code,
        "reason": REASONS.get(code),
        "message": document.get("message"),
        "amount": {"minor": amount, "currency": currency} if isinstance(amount, int) and currency else None,
        "receipt": document.get("receipt"),
    }


def _said(answer):
    return (answer or {}).get("message", "no reason given")
