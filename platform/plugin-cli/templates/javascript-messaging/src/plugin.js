// @title@: sends text messages and reads what the provider reports of them.
//
// This file joins the host's interfaces to `wire`, which knows what the provider writes and reads and is tested with Node. What must
// hold: nothing is kept between calls, no secret is ever seen here, and a message that may have been sent is never called unsent.
import { answering, config, hooks, json, lifecycle as lifecycleOf, secret, secrets, send } from 'wakala-plugin-sdk';
import { misconfigured } from 'wakala-plugin-sdk/errors';
import * as wire from './wire.js';

/** The tenant's key. The host writes the value while sending; what passes here is a ticket for it. */
function authorization() {
  try {
    return secret(secrets.get('api_key').bearer());
  } catch (error) {
    throw error.payload?.tag === 'not-found' ? misconfigured('api_key', 'Enter the API key') : error;
  }
}

export const channel = answering({
  send({ live }, batch) {
    const headers = { authorization: authorization(), 'content-type': 'application/json' };
    const body = json(wire.batch(batch, config.get('sender'), hooks.url('report', null)));
    try {
      return wire.sent(batch, send({ method: 'POST', url: `${wire.base(live)}/v1/messages`, headers, body }));
    } catch (no) {
      return wire.notSent(batch, no);
    }
  },
});

export const webhook = answering({
  handle(_ctx, request) {
    return { reply: null, events: [wire.report(request.body)], extra: [] };
  },
});

export const lifecycle = lifecycleOf({
  check({ live }) {
    const credit = wire.credit(send({ method: 'GET', url: `${wire.base(live)}/v1/account`, headers: { authorization: authorization() } }));
    return { summary: `Connected. Credit: ${credit}.`, warnings: [], values: [['credit', credit]], extra: [] };
  },
});
