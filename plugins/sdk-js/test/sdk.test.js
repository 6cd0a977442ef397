import assert from 'node:assert/strict';
import { test } from 'node:test';
import { json } from '../body.js';
import { unanswered } from '../errors.js';
import { decode, encode } from '../text.js';

test('text survives the way to bytes and back, and bytes that are no text do not end a call', () => {
  const text = 'Malipo yamepokelewa – asante \u{1f44d}'.repeat(500);
  assert.deepEqual(encode(text), new TextEncoder().encode(text));
  assert.equal(decode(encode(text)), text);
  assert.equal(decode(Uint8Array.of(0x61, 0xff)), 'a\u00ff');
  assert.equal(decode(encode('\ud800')), '\ufffd');
});

test('a ticket in a document becomes a part of its own', () => {
  const parts = json({ key: 'T-1', text: 'hello', again: 'T-1' }, ['T-1']);
  const written = parts.map(({ tag, val }) => (tag === 'secret' ? 'value' : val)).join('');
  assert.deepEqual(parts.map(({ tag }) => tag), ['bytes', 'secret', 'bytes', 'secret', 'bytes']);
  assert.deepEqual(JSON.parse(written), { key: 'value', text: 'hello', again: 'value' });
});

test('a request without an answer is a doubt as soon as a byte of it may have gone out', () => {
  const meant = (tag) => unanswered({ tag, val: 'reason' }).tag;
  assert.deepEqual(['not-sent', 'quota', 'denied', 'invalid-request'].map(meant), ['retryable', 'retryable', 'rejected', 'rejected']);
  assert.deepEqual(['maybe-sent', 'too-large', 'other'].map(meant), ['unknown-outcome', 'unknown-outcome', 'unknown-outcome']);
});
