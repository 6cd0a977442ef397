"""What the provider writes and reads. Calls nothing of the host, so that it is tested on any machine.

The provider of this example is made up. Put the documented messages of yours here, and into the tests.
"""

import json

from wakala_plugin.errors import misconfigured, rejected, retryable, unauthorized, unknown_outcome

KIND = "message.updated"

# The provider's codes in the words that the platform acts on.
REFUSALS = {"blacklisted": "opted-out", "number": "recipient", "balance": "credit"}

# The provider's words in ours. A word we do not know changes nothing.
STATES = {"delivered": "delivered", "failed": "failed", "expired": "failed", "sent": "sent"}


def base(live):
    """Where the provider is reached: real readers, or its sandbox."""
    return "https://api.example.com" if live else "https://sandbox.example.com"


def batch(messages, sender, callback):
    """The request for a batch."""
    written = [{"id": one.id, "to": _reader(one), "from": one.sender or sender, "text": one.text} for one in messages]
    return {"messages": written, "callback_url": callback}


def sent(messages, status, answer):
    """The answer to a batch: for each message what became of it, or a no. A no to the whole call promises that nothing was sent, so what
    is neither a clear yes nor a clear no becomes a doubt about each."""
    answer = answer or {}
    if status in (200, 202):
        return [_result(answer.get("results") or [], one) for one in messages]
    if status in (401, 403):
        raise unauthorized(_said(answer))
    if status == 429:
        raise retryable(_said(answer))
    if 400 <= status < 500:
        raise rejected("format", _said(answer))
    return _doubtful(messages, f"HTTP {status}")


def not_sent(messages, no):
    """A batch that got no answer: how far it got decides."""
    if no.kind == "unknown-outcome":
        return _doubtful(messages, no.message)
    raise no


def credit(status, answer):
    """The tenant's credit."""
    if status in (401, 403):
        raise misconfigured("api_key", "The provider does not know this key")
    if status != 200:
        raise retryable(f"HTTP {status}")
    return (answer or {}).get("credit", "unknown")


def report(body):
    """What a callback reports."""
    try:
        said = json.loads(body)
        ref, state = said["ref"], STATES.get(said["status"], "unknown")
    except (ValueError, KeyError, TypeError):
        raise rejected("format", "this is no report") from None
    data = {"provider_ref": ref, "state": state, "message_id": said.get("id"), "code": said.get("code"), "reason": said.get("reason")}
    known = {name: value for name, value in data.items() if value is not None}
    return {"id": f"{KIND}:{ref}:{state}", "kind": KIND, "data": json.dumps(known)}


def _reader(message):
    return next((address.value for address in message.addresses if address.role == "to"), None)


def _doubtful(messages, reason):
    return [unknown_outcome(reason) for _ in messages]


def _result(results, message):
    """The result that speaks of this message, wherever in the list it stands."""
    found = next((one for one in results if one.get("id") == message.id), None)
    if found is None:
        return unknown_outcome("the provider's answer does not speak of this message")
    if "error" in found:
        return rejected(REFUSALS.get(found["error"], found["error"]), _said(found))
    return {"ref": found.get("ref"), "parts": found.get("parts"), "cost": found.get("cost")}


def _said(answer):
    return answer.get("message", "no reason given")
