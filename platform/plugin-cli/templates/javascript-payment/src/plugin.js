// @title@: asks payers for money, says what became of it, and reads what the provider reports.
//
// This file joins the host's interfaces to `wire`, which knows what the provider writes and reads and is tested with Node. What must
// hold: nothing is kept between calls, no secret is ever seen here, and in doubt a payment is not declared failed.
import { answering, config, hooks, json, lifecycle as lifecycleOf, secret, secrets, send } from 'wakala-plugin-sdk';
import { misconfigured, unsupported } from 'wakala-plugin-sdk/errors';
import * as wire from './wire.js';

/** The tenant's key. The host writes the value while sending; what passes here is a ticket for it. */
function authorization() {
  try {
    return secret(secrets.get('api_key').bearer());
  } catch (error) {
    throw error.payload?.tag === 'not-found' ? misconfigured('api_key', 'Enter the API key') : error;
  }
}

/** Asks without changing anything, so whatever is unclear is asked again. */
function ask(url) {
  try {
    return send({ method: 'GET', url, headers: { authorization: authorization() } });
  } catch (no) {
    throw wire.notRead(no);
  }
}

export const gateway = answering({
  collect({ live, idempotencyKey }, request) {
    const account = config.get('account');
    if (account === null || account === undefined) {
      throw misconfigured('account', 'Enter the name of your account');
    }
    const body = json(wire.charge(request, account, hooks.url('report', idempotencyKey)));
    const headers = { authorization: authorization(), 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
    return wire.charged(send({ method: 'POST', url: `${wire.base(live)}/v1/payments`, headers, body }));
  },

  query({ live }, { providerRef }) {
    if (!providerRef) {
      throw unsupported("a payment is found by the provider's id only");
    }
    return wire.found(ask(`${wire.base(live)}/v1/payments/${encodeURIComponent(providerRef)}`));
  },
});

export const webhook = answering({
  handle(_ctx, { subject, body }) {
    return { reply: null, events: [wire.report(subject, body)], extra: [] };
  },
});

export const lifecycle = lifecycleOf({
  check({ live }) {
    return { summary: wire.account(ask(`${wire.base(live)}/v1/account`)), warnings: [], values: [], extra: [] };
  },
});
