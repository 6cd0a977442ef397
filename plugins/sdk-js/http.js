// Requests as they are mostly written, and answers as they are mostly read.
import { send as sendOnce } from 'wakala:host/http@1.0.0';
import { unanswered } from './errors.js';
import { decode, encode } from './text.js';

const written = (value) => (typeof value === 'object' ? value : { tag: 'plain', val: String(value) });
const pairs = (fields) => Object.entries(fields).map(([name, value]) => [name, written(value)]);

/**
 * Sends once and answers `{ status, headers, bytes, text(), json() }`; any status is an answer. `query` and `headers` are objects of
 * texts and secrets, `body` is what `json` makes, a text or bytes.
 *
 * Throws what the lack of an answer means: `retryable` if nothing was sent, `unknown-outcome` if it may have been.
 */
export function send({ method, url, query = {}, headers = {}, body = [], timeoutMs }) {
  const parts = (Array.isArray(body) ? body : [{ tag: 'bytes', val: body }]).map((part) =>
    typeof part.val === 'string' && part.tag === 'bytes' ? { tag: 'bytes', val: encode(part.val) } : part,
  );
  const request = { method, url, query: pairs(query), headers: pairs(headers), body: parts, timeoutMs, saveBody: false, extra: [] };
  return answer(attempt(request));
}

function attempt(request) {
  try {
    return sendOnce(request);
  } catch (error) {
    throw error.payload ? unanswered(error.payload) : error;
  }
}

function answer({ status, headers, body }) {
  const text = () => decode(body.val);
  return { status, headers: Object.fromEntries(headers), bytes: body.val, text, json: () => read(text()) };
}

/** The document of a text, or `null` if it is none. */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
