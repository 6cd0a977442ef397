// What a plugin in JavaScript is written against: the platform's interfaces as objects, and small helpers.
import './language.js';

export * as blobs from 'wakala:host/blobs@1.0.0';
export * as clock from 'wakala:host/clock@1.0.0';
export * as config from 'wakala:host/config@1.0.0';
export * as crypto from 'wakala:host/crypto@1.0.0';
export * as hooks from 'wakala:host/hooks@1.0.0';
export * as kv from 'wakala:host/kv@1.0.0';
export * as log from 'wakala:host/log@1.0.0';
export * as lookup from 'wakala:host/lookup@1.0.0';
export * as secrets from 'wakala:host/secrets@1.0.0';
export { answering, lifecycle, result } from './answering.js';
export { json, secret } from './body.js';
export { send } from './http.js';
export { decode, encode } from './text.js';
