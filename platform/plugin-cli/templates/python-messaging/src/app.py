"""@title@: sends text messages and reads what the provider reports of them.

This file joins the host's interfaces to `wire`, which knows what the provider writes and reads and is tested on any machine. What must
hold: nothing is kept between calls, no secret is ever seen here, and a message that may have been sent is never called unsent.
"""

from componentize_py_types import Err
from wakala_plugin.errors import No, misconfigured
from wakala_plugin.host import answering, result, secret, send, types
from wit_world import exports
from wit_world.exports import channel, lifecycle, webhook
from wit_world.imports import config, hooks, secrets

import wire


def authorization():
    """The tenant's key. The host writes the value while sending; what passes here is a ticket for it."""
    try:
        return secret(secrets.get("api_key").bearer())
    except Err as no:
        raise misconfigured("api_key", "Enter the API key") if isinstance(no.value, types.HostError_NotFound) else no


class Channel(exports.Channel):
    @answering
    def send(self, ctx, batch):
        headers = {"authorization": authorization(), "content-type": "application/json"}
        body = wire.batch(batch, config.get("sender"), hooks.url("report", None))
        try:
            answer = send("POST", f"{wire.base(ctx.live)}/v1/messages", headers=headers, body=body)
            results = wire.sent(batch, answer.status, answer.json())
        except No as no:
            results = wire.not_sent(batch, no)
        return [result(lambda found=found: receipt(found)) for found in results]


def receipt(found):
    """The receipt of one message, or the no that stands in its place."""
    if isinstance(found, No):
        raise found
    return channel.Receipt(provider_ref=found["ref"], state="queued", parts=found["parts"], cost=found["cost"], extra=[])


class Webhook(exports.Webhook):
    @answering
    def handle(self, ctx, req):
        event = types.Event(occurred_ms=None, extra=[], **wire.report(req.body))
        return webhook.Handled(reply=None, events=[event], extra=[])


class Lifecycle(exports.Lifecycle):
    @answering
    def check(self, ctx):
        answer = send("GET", f"{wire.base(ctx.live)}/v1/account", headers={"authorization": authorization()})
        credit = wire.credit(answer.status, answer.json())
        return lifecycle.Report(summary=f"Connected. Credit: {credit}.", warnings=[], values=[("credit", credit)], extra=[])

    def activate(self, ctx):
        """Nothing is registered beforehand: every batch names the address for its reports."""

    def deactivate(self, ctx):
        pass

    def migrate_config(self, from_version, settings):
        return settings
