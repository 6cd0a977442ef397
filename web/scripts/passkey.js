// Passkeys: asks the device what the page carries, and sends its answer with the form around it.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

/** Options as the device takes them. */
function read(json) {
  // What is null is not there at all.
  const options = JSON.parse(json, (_, value) => value ?? undefined);
  return {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: named(options.allowCredentials),
    excludeCredentials: named(options.excludeCredentials),
    user: options.user && { ...options.user, id: bytes(options.user.id) },
  };
}

/** The device's answer as the server takes it. */
function written(credential) {
  const part = (name) => (credential.response[name] ? text(credential.response[name]) : null);
  const response = { clientDataJSON: part("clientDataJSON") };
  if (credential.response.attestationObject) response.attestationObject = part("attestationObject");
  else for (const name of ["authenticatorData", "signature", "userHandle"]) response[name] = part(name);
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response, extensions: {} });
}

async function ask(field) {
  const form = field.form;
  if (!form.reportValidity()) return;
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const publicKey = read(field.dataset.passkey);
    const credential = await navigator.credentials[field.dataset.does]({ publicKey });
    field.value = written(credential);
  } catch {
    // Turned down, too late, or no such passkey here: the device has said so, and the button is still there.
    failed.hidden = false;
    return;
  }
  form.requestSubmit();
}

/** `<input type="hidden" data-passkey="…" data-does="get">` and a `<button data-passkey-start>` in one form. */
export function passkeys() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-passkey-start]");
    if (button) ask(button.form.querySelector("[data-passkey]"));
  });
  const waiting = document.querySelector("[data-passkey-at-once]");
  if (waiting) ask(waiting.querySelector("[data-passkey]"));
}
