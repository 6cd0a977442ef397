// What the provider writes and reads. Calls nothing of the host, so that it is tested with Node.
//
// The provider of this example is made up. Put the documented messages of yours here, and into the tests. Amounts are whole minor
// units; a provider that writes decimals is read and written as text, never as a number with a fraction.
import { misconfigured, rejected, retryable, unauthorized, unknownOutcome } from 'wakala-plugin-sdk/errors';

const KIND = 'payment.updated';

/** The provider's words in ours. A word we do not know decides nothing. */
const STATES = new Map(Object.entries({ paid: 'received', failed: 'failed', reversed: 'reversed' }));

/** Why a payment failed, in the words the platform has sentences for. */
const REASONS = new Map(Object.entries({ cancelled: 'cancelled-by-payer', balance: 'insufficient-funds', timeout: 'no-answer' }));

/** Where the provider is reached: real money, or its sandbox. */
export const base = (live) => (live ? 'https://api.example.com' : 'https://sandbox.example.com');

/** The request for a payment. */
export function charge({ payer, amount, reference }, account, callback) {
  if (!payer.phone) {
    throw rejected('phone', 'The payer has no phone number');
  }
  return { account, amount: Number(amount.minor), currency: amount.currency, phone: payer.phone, reference, callback_url: callback };
}

/** The answer to a charge. What is neither a clear yes nor a clear no may have happened. */
export function charged({ status, json }) {
  const answer = json() ?? {};
  if (status === 200 || status === 201) {
    return outcome(answer) ?? thrown(unknownOutcome('the answer cannot be read'));
  }
  if (status === 401 || status === 403) {
    throw unauthorized(said(answer));
  }
  if (status === 429) {
    throw retryable(said(answer));
  }
  if (status >= 400 && status < 500) {
    throw rejected(answer.code ?? 'refused', said(answer));
  }
  throw unknownOutcome(`HTTP ${status}`);
}

/** The answer to a question about a payment. */
export function found({ status, json }) {
  const answer = json() ?? {};
  switch (status) {
    case 200:
      return outcome(answer) ?? thrown(retryable('the answer cannot be read'));
    case 401:
    case 403:
      throw unauthorized(said(answer));
    case 404:
      throw rejected('not-found', said(answer));
    default:
      throw retryable(`HTTP ${status}`);
  }
}

/** The sentence about the tenant's account. */
export function account({ status, json }) {
  if (status === 401 || status === 403) {
    throw misconfigured('api_key', 'The provider does not know this key');
  }
  if (status !== 200) {
    throw retryable(`HTTP ${status}`);
  }
  return `Connected to the account ${json()?.name ?? 'without a name'}.`;
}

/** A question that got no answer. */
export const notRead = (no) => (no.tag === 'unknown-outcome' ? retryable(no.val) : no);

/** What a callback reports. `key` is what the callback's address was made for. */
export function report(key, body) {
  const known = outcome(read(body)) ?? thrown(rejected('format', 'this is no payment'));
  const { providerRef, state, code, receipt, amount } = known;
  const data = {
    key: key ?? undefined,
    provider_ref: providerRef,
    state,
    code: code ?? undefined,
    receipt: receipt ?? undefined,
    amount_minor: amount?.minor,
    currency: amount?.currency,
  };
  return { id: `${KIND}:${providerRef}:${state}`, kind: KIND, occurredMs: null, data: JSON.stringify(data), extra: known.extra };
}

/** A payment as the provider describes it in answers and callbacks alike. */
function outcome({ id, status, amount, currency, code, message, receipt }) {
  if (typeof id !== 'string' || typeof status !== 'string') {
    return null;
  }
  const reason = REASONS.get(code);
  return {
    providerRef: id,
    state: STATES.get(status) ?? 'pending',
    code: code ?? null,
    message: message ?? null,
    action: null,
    amount: Number.isSafeInteger(amount) && currency ? { minor: amount, currency } : null,
    fee: null,
    receipt: receipt ?? null,
    occurredMs: null,
    savedMethod: null,
    extra: reason ? [['reason', reason]] : [],
  };
}

function read(body) {
  try {
    return JSON.parse(new TextDecoder().decode(body)) ?? {};
  } catch {
    return {};
  }
}

function thrown(no) {
  throw no;
}

const said = ({ message }) => message ?? 'no reason given';
