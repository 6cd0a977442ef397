// The ways in which a plugin declines, as plain values: thrown out of an interface, or the `err` of one message of a batch. Calls nothing
// of the host, so that whatever uses it is tested with Node.

/** A setting is wrong and the tenant can correct it; the form shows the message next to that field. */
export const misconfigured = (field, message) => ({ tag: 'misconfigured', val: { field, message, extra: [] } });

/** The provider turned the credentials or the contract down. */
export const unauthorized = (message) => ({ tag: 'unauthorized', val: message });

/** A no for good. `code` is the provider's, or one that the interface lists. */
export const rejected = (code, message) => ({ tag: 'rejected', val: { code, message, extra: [] } });

/** Surely nothing happened, and a later attempt may succeed. */
export const retryable = (reason, afterMs) => ({ tag: 'retryable', val: { afterMs, reason, extra: [] } });

/** It is open whether anything happened; the platform asks and does not send a second time. */
export const unknownOutcome = (reason) => ({ tag: 'unknown-outcome', val: reason });

/** The provider, the product or the method has no such ability. */
export const unsupported = (message) => ({ tag: 'unsupported', val: message });

/** What a request without an answer means: how far it got decides. `error` is that of the interface `http`. */
export function unanswered(error) {
  switch (error.tag) {
    case 'not-sent':
    case 'quota':
      return retryable(error.val);
    case 'denied':
      return rejected('denied', error.val);
    case 'invalid-request':
      return rejected('format', error.val);
    case 'too-large':
      return unknownOutcome(`the answer had more than ${error.val} bytes`);
    default:
      return unknownOutcome(String(error.val));
  }
}
