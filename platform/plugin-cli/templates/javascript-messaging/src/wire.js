// What the provider writes and reads. Calls nothing of the host, so that it is tested with Node.
//
// The provider of this example is made up. Put the documented messages of yours here, and into the tests.
import { misconfigured, rejected, retryable, unauthorized, unknownOutcome } from 'wakala-plugin-sdk/errors';

const KIND = 'message.updated';

/** The provider's codes in the words that the platform acts on. */
const REFUSALS = new Map(Object.entries({ blacklisted: 'opted-out', number: 'recipient', balance: 'credit' }));

/** The provider's words in ours. A word we do not know changes nothing. */
const STATES = new Map(Object.entries({ delivered: 'delivered', failed: 'failed', expired: 'failed', sent: 'sent' }));

/** Where the provider is reached: real readers, or its sandbox. */
export const base = (live) => (live ? 'https://api.example.com' : 'https://sandbox.example.com');

/** The request for a batch. */
export function batch(messages, sender, callback) {
  const reader = ({ addresses }) => addresses.find(({ role }) => role === 'to')?.value;
  return {
    messages: messages.map((message) => ({ id: message.id, to: reader(message), from: message.sender ?? sender, text: message.text })),
    callback_url: callback,
  };
}

/**
 * The answer to a batch: a result for each message. An error of the whole call promises that nothing was sent, so what is neither a
 * clear yes nor a clear no becomes a doubt about each.
 */
export function sent(messages, { status, json }) {
  const answer = json() ?? {};
  if (status === 200 || status === 202) {
    return messages.map((message) => result(answer.results ?? [], message));
  }
  if (status === 401 || status === 403) {
    throw unauthorized(said(answer));
  }
  if (status === 429) {
    throw retryable(said(answer));
  }
  if (status >= 400 && status < 500) {
    throw rejected('format', said(answer));
  }
  return doubtful(messages, `HTTP ${status}`);
}

/** A batch that got no answer: how far it got decides. */
export function notSent(messages, no) {
  if (no.tag === 'unknown-outcome') {
    return doubtful(messages, no.val);
  }
  throw no;
}

/** The tenant's credit. */
export function credit({ status, json }) {
  if (status === 401 || status === 403) {
    throw misconfigured('api_key', 'The provider does not know this key');
  }
  if (status !== 200) {
    throw retryable(`HTTP ${status}`);
  }
  return json()?.credit ?? 'unknown';
}

/** What a callback reports. */
export function report(body) {
  const { ref, id, status, code, reason } = read(body);
  if (typeof ref !== 'string' || typeof status !== 'string') {
    throw rejected('format', 'this is no report');
  }
  const state = STATES.get(status) ?? 'unknown';
  const data = { provider_ref: ref, state, message_id: id, code, reason };
  return { id: `${KIND}:${ref}:${state}`, kind: KIND, occurredMs: null, data: JSON.stringify(data), extra: [] };
}

function read(body) {
  try {
    return JSON.parse(new TextDecoder().decode(body)) ?? {};
  } catch {
    return {};
  }
}

const doubtful = (messages, reason) => messages.map(() => ({ tag: 'err', val: unknownOutcome(reason) }));

/** The result that speaks of this message, wherever in the list it stands. */
function result(results, message) {
  const found = results.find(({ id }) => id === message.id);
  if (!found) {
    return { tag: 'err', val: unknownOutcome("the provider's answer does not speak of this message") };
  }
  if (found.error) {
    return { tag: 'err', val: rejected(REFUSALS.get(found.error) ?? found.error, said(found)) };
  }
  return { tag: 'ok', val: { providerRef: found.ref ?? null, state: 'queued', parts: found.parts ?? null, cost: found.cost ?? null, extra: [] } };
}

const said = ({ message }) => message ?? 'no reason given';
