"""Requests and answers as plugins mostly write them. Runs inside the platform only."""

import functools
import json
import traceback

from componentize_py_types import Err, Ok
from wit_world.imports import http, log

try:  # Worlds with types of their own have both by their whole names.
    from wit_world.imports import wakala_host_types as types
except ImportError:
    from wit_world.imports import types

from wakala_plugin import errors
from wakala_plugin.errors import No


def secret(ticket):
    """Puts a ticket of `secrets` where the platform writes the value: as a header or in the query."""
    return http.Text_Secret(ticket)


class Answer:
    """What a provider answered. Any status is an answer."""

    def __init__(self, response):
        self.status = response.status
        self.headers = dict(response.headers)
        self.body = response.body.value

    def json(self):
        """The document of the body, or `None` if it is none."""
        return document(self.body)


def document(body):
    """The document of bytes, or `None` if they are none."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def send(method, url, *, headers=None, query=None, body=None):
    """Sends once. `body` is bytes, or anything that becomes JSON.

    Raises what the lack of an answer means: `retryable` if nothing was sent, `unknown-outcome` if it may have been.
    """
    given = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    parts = [http.Part_Bytes(given)] if given else []
    request = http.Request(
        method=method, url=url, query=_pairs(query), headers=_pairs(headers), body=parts,
        client_cert=None, timeout_ms=None, save_body=False, extra=[],
    )
    try:
        return Answer(http.send(request))
    except Err as no:
        raise _unanswered(no.value) from None


def answering(function):
    """For every function of an interface: what it raises of `errors` goes to the platform, a refusal by the host as what it means; a
    mistake in the code ends the call, and its place is in the log."""

    @functools.wraps(function)
    def answer(*given):
        try:
            return function(*given)
        except (No, Err) as no:
            raise Err(_meant(no)) from None
        except Exception as mistake:
            log.write("error", f"{function.__name__}: {mistake}", [("stack", traceback.format_exc())])
            raise

    return answer


def result(answer):
    """A result of its own for one of many: what `answer` gives, or what it raises of `errors`."""
    try:
        return Ok(answer())
    except (No, Err) as no:
        return Err(_meant(no))


def _pairs(fields):
    return [(name, value if isinstance(value, http.Text_Secret) else http.Text_Plain(str(value))) for name, value in (fields or {}).items()]


def _unanswered(error):
    match error:
        case http.Error_NotSent(reason) | http.Error_Quota(reason):
            return errors.retryable(reason)
        case http.Error_Denied(line):
            return errors.rejected("denied", line)
        case http.Error_InvalidRequest(reason):
            return errors.rejected("format", reason)
        case http.Error_TooLarge(limit):
            return errors.unknown_outcome(f"the answer had more than {limit} bytes")
    return errors.unknown_outcome(error.value)


def _meant(no):
    """A no as the interfaces have it."""
    if isinstance(no, Err):
        no = _of_host(no.value)
    match no.kind:
        case "misconfigured":
            return types.PluginError_Misconfigured(types.FieldError(field=no.field, message=no.message, extra=[]))
        case "unauthorized":
            return types.PluginError_Unauthorized(no.message)
        case "rejected":
            return types.PluginError_Rejected(types.Rejection(code=no.code, message=no.message, extra=[]))
        case "retryable":
            return types.PluginError_Retryable(types.Retry(after_ms=no.after_ms, reason=no.message, extra=[]))
        case "unsupported":
            return types.PluginError_Unsupported(no.message)
    return types.PluginError_UnknownOutcome(no.message)


def _of_host(error):
    """The host's refusal before anything was sent: its faults and limits are retried, the rest is final."""
    match error:
        case types.HostError_Unavailable(reason) | types.HostError_Quota(reason):
            return errors.retryable(reason)
        case types.HostError_Conflict():
            return errors.retryable("another call wrote first")
        case types.HostError_Denied(line):
            return errors.rejected("denied", line)
        case types.HostError_NotFound():
            return errors.rejected("not-found", "the host does not have it")
        case types.HostError_TooLarge(limit):
            return errors.rejected("limit", f"more than {limit} bytes")
    return errors.rejected("host", error.value)
