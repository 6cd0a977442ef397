"""The ways in which a plugin declines. Calls nothing of the host, so that whatever uses it is tested anywhere."""


class No(Exception):
    """A no in the platform's words: `kind` is the case of the interfaces, the rest is what it carries."""

    def __init__(self, kind, message, *, code="", field="", after_ms=None):
        super().__init__(message)
        self.kind, self.message, self.code, self.field, self.after_ms = kind, message, code, field, after_ms


def misconfigured(field, message):
    """A setting is wrong and the tenant can correct it; the form shows the message next to that field."""
    return No("misconfigured", message, field=field)


def unauthorized(message):
    """The provider turned the credentials or the contract down."""
    return No("unauthorized", message)


def rejected(code, message):
    """A no for good. `code` is the provider's, or one that the interface lists."""
    return No("rejected", message, code=code)


def retryable(reason, after_ms=None):
    """Surely nothing happened, and a later attempt may succeed."""
    return No("retryable", reason, after_ms=after_ms)


def unknown_outcome(reason):
    """It is open whether anything happened; the platform asks and does not send a second time."""
    return No("unknown-outcome", reason)


def unsupported(message):
    """The provider, the product or the method has no such ability."""
    return No("unsupported", message)
