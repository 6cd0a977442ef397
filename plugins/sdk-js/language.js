// The language as its readers know it. A sandbox has no clock and no chance of its own: left alone, `Date.now` and `Math.random` would
// end the call. Here they ask the platform.
import { nowMs } from 'wakala:host/clock@1.0.0';
import { random } from 'wakala:host/crypto@1.0.0';
import { decode, encode } from './text.js';

const now = () => Number(nowMs());

globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length > 0 ? given : [now()]));
  }

  static now() {
    return now();
  }
};

Math.random = () => random(6).reduce((sum, byte) => (sum + byte) / 256, 0);

globalThis.TextEncoder ??= class {
  encode(text = '') {
    return encode(text);
  }
};

globalThis.TextDecoder ??= class {
  decode(bytes = new Uint8Array()) {
    return decode(bytes);
  }
};
