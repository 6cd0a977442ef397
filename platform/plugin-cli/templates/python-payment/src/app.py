"""@title@: asks payers for money, says what became of it, and reads what the provider reports.

This file joins the host's interfaces to `wire`, which knows what the provider writes and reads and is tested on any machine. What must
hold: nothing is kept between calls, no secret is ever seen here, and in doubt a payment is not declared failed.
"""

from componentize_py_types import Err
from wakala_plugin.errors import No, misconfigured, unsupported
from wakala_plugin.host import answering, document, secret, send, types
from wit_world import exports
from wit_world.exports import lifecycle, webhook
from wit_world.imports import config, hooks, secrets
from wit_world.imports import wakala_payments_types as payments

import wire


def authorization():
    """The tenant's key. The host writes the value while sending; what passes here is a ticket for it."""
    try:
        return secret(secrets.get("api_key").bearer())
    except Err as no:
        raise misconfigured("api_key", "Enter the API key") if isinstance(no.value, types.HostError_NotFound) else no


def ask(url):
    """Asks without changing anything, so whatever is unclear is asked again."""
    try:
        return send("GET", url, headers={"authorization": authorization()})
    except No as no:
        raise wire.not_read(no) from None


def outcome(found):
    """A payment as the interface has it."""
    amount = types.Money(**found["amount"]) if found["amount"] else None
    reason = [("reason", found["reason"])] if found["reason"] else []
    return payments.Outcome(
        provider_ref=found["ref"], state=found["state"], code=found["code"], message=found["message"], action=None, amount=amount,
        fee=None, receipt=found["receipt"], occurred_ms=None, saved_method=None, extra=reason,
    )


class Gateway(exports.Gateway):
    @answering
    def collect(self, ctx, req):
        account = config.get("account")
        if account is None:
            raise misconfigured("account", "Enter the name of your account")
        key = ctx.idempotency_key
        headers = {"authorization": authorization(), "content-type": "application/json", "idempotency-key": key}
        body = wire.charge(req, account, hooks.url("report", key))
        answer = send("POST", f"{wire.base(ctx.live)}/v1/payments", headers=headers, body=body)
        return outcome(wire.charged(answer.status, answer.json()))

    @answering
    def query(self, ctx, payment):
        if payment.provider_ref is None:
            raise unsupported("a payment is found by the provider's id only")
        answer = ask(f"{wire.base(ctx.live)}/v1/payments/{payment.provider_ref}")
        return outcome(wire.found(answer.status, answer.json()))


class Webhook(exports.Webhook):
    @answering
    def handle(self, ctx, req):
        event = types.Event(occurred_ms=None, **wire.report(req.subject, document(req.body)))
        return webhook.Handled(reply=None, events=[event], extra=[])


class Lifecycle(exports.Lifecycle):
    @answering
    def check(self, ctx):
        answer = ask(f"{wire.base(ctx.live)}/v1/account")
        return lifecycle.Report(summary=wire.account(answer.status, answer.json()), warnings=[], values=[], extra=[])

    def activate(self, ctx):
        """Nothing is registered beforehand: every payment names its own callback address."""

    def deactivate(self, ctx):
        pass

    def migrate_config(self, from_version, settings):
        return settings
