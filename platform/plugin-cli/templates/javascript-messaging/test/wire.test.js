import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as wire from '../src/wire.js';

const message = (id) => ({ id, sender: null, addresses: [{ role: 'to', value: '+254700000101' }], text: 'Your premium is due' });
const answered = (status, document) => ({ status, json: () => document });
const bytes = (document) => new TextEncoder().encode(JSON.stringify(document));

test('each message gets the result that speaks of it', () => {
  const results = [{ id: 'm-2', error: 'blacklisted', message: 'Opted out' }, { id: 'm-1', ref: 'r-1', parts: 1 }];
  const [first, second, third] = wire.sent([message('m-1'), message('m-2'), message('m-3')], answered(202, { results }));
  assert.equal(first.val.providerRef, 'r-1');
  assert.equal(second.val.val.code, 'opted-out');
  assert.equal(third.val.tag, 'unknown-outcome');
});

test('an error of the whole batch promises that nothing was sent', () => {
  assert.throws(() => wire.sent([message('m-1')], answered(429, {})), { tag: 'retryable' });
  assert.equal(wire.sent([message('m-1')], answered(500, null))[0].val.tag, 'unknown-outcome');
});

test("a report has the provider's reference and our word", () => {
  const event = wire.report(bytes({ ref: 'r-1', id: 'm-1', status: 'expired', reason: 'Phone off' }));
  assert.deepEqual(JSON.parse(event.data), { provider_ref: 'r-1', message_id: 'm-1', state: 'failed', reason: 'Phone off' });
  assert.throws(() => wire.report(bytes({})), { tag: 'rejected' });
});
