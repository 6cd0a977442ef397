// What the gateway writes and reads, as the settings describe it. Calls nothing of the host, so that it is tested with Node.
import { misconfigured, rejected, retryable, unauthorized, unknownOutcome } from 'wakala-plugin-sdk/errors';

const KIND = 'message.updated';

/** The fields that are the same in every message, out of texts such as `partnerID=1234`. */
export function fixed(texts) {
  if (!texts.every((text) => text.indexOf('=') > 0)) {
    throw misconfigured('fixed', 'Write each field as name=value');
  }
  return texts.map(split);
}

/** The message as the gateway takes it: fields that are always the same, then those of this message. */
export function message({ addresses, sender, text }, { sender: usual, plus, names, fixed }, callback) {
  const to = addresses.find(({ role }) => role === 'to')?.value ?? '';
  const own = [[names.to, plus ? to : to.replace(/^\+/, '')], [names.text, text], [names.sender, sender ?? usual], [names.callback, callback]];
  return Object.fromEntries([...fixed, ...own].filter(([name, value]) => name && value));
}

/** The answer to a message. What is neither a clear yes nor a clear no may have been sent. */
export function sent({ status, headers, json }, { reference, state, accepted }) {
  const answer = json();
  if (status === 401 || status === 403) {
    throw unauthorized('The gateway does not take the key');
  }
  if (status === 429) {
    throw retryable('The gateway asks to slow down', pause(headers['retry-after']));
  }
  if (status >= 400 && status < 500) {
    throw rejected('format', `The gateway answers with HTTP ${status}`);
  }
  if (status < 200 || status >= 300) {
    throw unknownOutcome(`HTTP ${status}`);
  }
  const word = state && at(answer, state);
  if (state && word === null) {
    throw unknownOutcome(`the answer has no ${state}`);
  }
  if (state && !among(accepted, word)) {
    throw rejected(word, `The gateway says ${word}`);
  }
  return { providerRef: at(answer, reference), state: 'queued', parts: null, cost: null, extra: [] };
}

/** The tenant's credit. */
export function credit({ status, json }, name) {
  if (status === 401 || status === 403) {
    throw misconfigured('api_key', 'The gateway does not know this key');
  }
  if (status !== 200) {
    throw retryable(`HTTP ${status}`);
  }
  return at(json(), name) ?? 'unknown';
}

/** What a report says, whether it comes as JSON, as a form or in the address. A word that is not listed changes nothing. */
export function report({ headers, query, body }, { reference, state, delivered, failed }) {
  const found = fields(headers, query, body);
  const [ref, word] = [at(found, reference), at(found, state)];
  if (ref === null || word === null) {
    throw rejected('format', 'this is no report');
  }
  const became = among(delivered, word) ? 'delivered' : among(failed, word) ? 'failed' : 'unknown';
  const data = { provider_ref: ref, state: became, reason: word };
  return { id: `${KIND}:${ref}:${word}`, kind: KIND, occurredMs: null, data: JSON.stringify(data), extra: [] };
}

function fields(headers, query, body) {
  const text = new TextDecoder().decode(body);
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? '';
  if (type.includes('json')) {
    try {
      return JSON.parse(text);
    } catch {
      throw rejected('format', 'this is no JSON');
    }
  }
  return { ...pairs(query), ...pairs(text) };
}

function pairs(text) {
  const plain = (part) => {
    try {
      return decodeURIComponent(part.replaceAll('+', ' '));
    } catch {
      return part;
    }
  };
  return Object.fromEntries(text.split('&').filter(Boolean).map((pair) => split(pair).map(plain)));
}

/** Name and value, parted by the first equals sign. */
function split(pair) {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** What stands at a place such as `responses.0.id`, as text; `null` if there is nothing. */
function at(document, place) {
  const inside = (value, name) => (value !== null && typeof value === 'object' && Object.hasOwn(value, name) ? value[name] : null);
  const found = place.split('.').reduce(inside, document);
  return found === null || typeof found === 'object' ? null : String(found);
}

function among(words, word) {
  return words.some((known) => known.toLowerCase() === word.toLowerCase());
}

/** Milliseconds of a `Retry-After` that is written in seconds. */
function pause(text) {
  return /^\d{1,6}$/.test(text ?? '') ? Number(text) * 1000 : null;
}
