// SMS through any gateway that takes JSON. This file joins the host's interfaces to `wire`, which knows what such a gateway writes and
// reads and is tested with Node. What must hold: nothing is kept between calls, the key is never seen here, and a message that may have
// been sent is never called unsent.
import { answering, config, hooks, json, lifecycle as lifecycleOf, result, secret, secrets, send } from 'wakala-plugin-sdk';
import { misconfigured } from 'wakala-plugin-sdk/errors';
import * as wire from './wire.js';

const text = (name) => config.get(name) ?? '';
const list = (name) => JSON.parse(config.get(name) ?? '[]');

function settings() {
  return {
    sender: text('sender'),
    plus: config.get('plus') !== 'false',
    names: { to: text('to_name'), text: text('text_name'), sender: text('sender_name'), callback: text('callback_name') },
    fixed: wire.fixed(list('fixed')),
    answer: { reference: text('reference_name'), state: text('state_name'), accepted: list('accepted') },
    report: { reference: text('report_reference'), state: text('report_state'), delivered: list('delivered'), failed: list('failed') },
  };
}

function key() {
  try {
    return secrets.get('api_key');
  } catch (error) {
    throw error.payload?.tag === 'not-found' ? misconfigured('api_key', 'Enter the key') : error;
  }
}

/** Where the key goes: into a header, or under its name among the fields. The host writes the value; what passes here is a ticket. */
function credentials() {
  const [found, name] = [key(), text('key_name')];
  const field = (encoding) => ({ [name]: found.encode('', '', encoding) });
  switch (config.get('key_place')) {
    case 'field':
      return { headers: {}, field };
    case 'header':
      return { headers: { [name]: secret(found.encode('', '', 'plain')) }, field: () => ({}) };
    default:
      return { headers: { authorization: secret(found.bearer()) }, field: () => ({}) };
  }
}

export const channel = answering({
  send(_ctx, batch) {
    const [how, { headers, field }] = [settings(), credentials()];
    const callback = how.names.callback && hooks.url('report', null);
    const all = { ...headers, 'content-type': 'application/json', accept: 'application/json' };
    return batch.map((message) =>
      result(() => {
        const carried = field('json');
        const body = json({ ...carried, ...wire.message(message, how, callback) }, Object.values(carried));
        return wire.sent(send({ method: 'POST', url: text('address'), headers: all, body }), how.answer);
      }),
    );
  },
});

export const webhook = answering({
  handle(_ctx, request) {
    return { reply: null, events: [wire.report(request, settings().report)], extra: [] };
  },
});

export const lifecycle = lifecycleOf({
  /** Reads the settings, and the credit where the gateway tells it, which proves the key and sends nothing. */
  check() {
    settings();
    const [url, { headers, field }] = [text('credit_address'), credentials()];
    const values = [['address.report', hooks.url('report', null)]];
    if (url === '') {
      return { summary: 'Ready.', warnings: ['No address for the credit: the first message proves the key'], values, extra: [] };
    }
    const query = Object.fromEntries(Object.entries(field('plain')).map(([name, ticket]) => [name, secret(ticket)]));
    const credit = wire.credit(send({ method: 'GET', url, query, headers: { ...headers, accept: 'application/json' } }), text('credit_name'));
    return { summary: `Connected. Credit: ${credit}.`, warnings: [], values: [['credit', credit], ...values], extra: [] };
  },
});
