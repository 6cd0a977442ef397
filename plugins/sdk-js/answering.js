// What an interface of the plugin is wrapped in, so that its author learns what went wrong.
import { write } from 'wakala:host/log@1.0.0';
import { rejected, retryable } from './errors.js';

/**
 * The functions of an interface. What they throw of `errors` goes to the platform as it is, a refusal by the host as what it means; a
 * mistake in the code ends the call, and its place is in the log.
 */
export function answering(functions) {
  return Object.fromEntries(
    Object.entries(functions).map(([name, answer]) => [
      name,
      (...given) => {
        try {
          return answer(...given);
        } catch (thrown) {
          throw meant(name, thrown);
        }
      },
    ]),
  );
}

/** `check`, and of the rest of `lifecycle` what most plugins have: nothing to register, and settings that stay as they are. */
export const lifecycle = (functions) => answering({ activate() {}, deactivate() {}, migrateConfig: (_from, settings) => settings, ...functions });

/** A result of its own for one of many: what `answer` gives, or what it throws of `errors`. */
export function result(answer) {
  try {
    return { tag: 'ok', val: answer() };
  } catch (thrown) {
    return { tag: 'err', val: meant('result', thrown) };
  }
}

function meant(name, thrown) {
  if (thrown?.payload) {
    return ofHost(thrown.payload);
  }
  if (thrown instanceof Error) {
    write('error', `${name}: ${thrown.message}`, [['stack', String(thrown.stack)]]);
    throw thrown;
  }
  return thrown;
}

/** The host's refusal before anything was sent: its faults and limits are retried, the rest is final. */
function ofHost({ tag, val }) {
  switch (tag) {
    case 'unavailable':
    case 'quota':
    case 'conflict':
      return retryable(val ?? 'another call wrote first');
    case 'too-large':
      return rejected('limit', `more than ${val} bytes`);
    case 'other':
      return rejected('host', val);
    default:
      return rejected(tag, val ?? 'the host does not have it');
  }
}
