// Text as UTF-8 and back, which the engine leaves to others.

/** The bytes of a text. */
export function encode(text) {
  return Uint8Array.from(unescape(encodeURIComponent(text.toWellFormed())), (sign) => sign.charCodeAt(0));
}

/** The text of bytes; what is no UTF-8 is read sign by sign. */
export function decode(bytes) {
  let signs = '';
  for (let at = 0; at < bytes.length; at += 4096) {
    signs += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  try {
    return decodeURIComponent(escape(signs));
  } catch {
    return signs;
  }
}
