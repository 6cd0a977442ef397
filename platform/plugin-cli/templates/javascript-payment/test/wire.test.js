import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as wire from '../src/wire.js';

const answered = (status, document) => ({ status, json: () => document });
const bytes = (document) => new TextEncoder().encode(JSON.stringify(document));

test('a paid payment has its amount and receipt', () => {
  const found = wire.found(answered(200, { id: 'pay-1', status: 'paid', amount: 10000, currency: 'KES', receipt: 'R1' }));
  assert.deepEqual([found.state, found.receipt, found.amount], ['received', 'R1', { minor: 10000, currency: 'KES' }]);
});

test('an unknown word decides nothing', () => {
  assert.equal(wire.found(answered(200, { id: 'pay-1', status: 'on-hold' })).state, 'pending');
});

test('a charge without a clear answer may have happened', () => {
  for (const [status, document] of [[200, null], [500, {}], [302, null]]) {
    assert.throws(() => wire.charged(answered(status, document)), { tag: 'unknown-outcome' });
  }
  assert.throws(() => wire.charged(answered(422, { code: 'amount', message: 'Too much' })), { tag: 'rejected' });
});

test('a callback reports the payment its address was made for', () => {
  const event = wire.report('key-1', bytes({ id: 'pay-1', status: 'failed', code: 'cancelled' }));
  const { key, state } = JSON.parse(event.data);
  assert.deepEqual([key, state, event.extra], ['key-1', 'failed', [['reason', 'cancelled-by-payer']]]);
});
