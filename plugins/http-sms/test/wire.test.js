import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as wire from '../src/wire.js';

const HOW = { sender: 'EXAMPLE', plus: true, names: { to: 'to', text: 'text', sender: 'from', callback: '' }, fixed: [] };
const MESSAGE = { addresses: [{ role: 'to', value: '+254700000101' }], sender: null, text: 'Your premium is due' };
const ANSWER = { reference: 'id', state: '', accepted: ['ok'] };
const REPORT = { reference: 'id', state: 'status', delivered: ['delivered'], failed: ['failed'] };

const answered = (status, document, headers = {}) => ({ status, headers, json: () => document });
const inbound = (type, body, query = '') => ({ headers: [['content-type', type]], query, body: new TextEncoder().encode(body) });
const thrownBy = (call) => {
  try {
    call();
  } catch (thrown) {
    return thrown.tag;
  }
  return 'nothing';
};

test('a message has the names that the settings give', () => {
  assert.deepEqual(wire.message(MESSAGE, HOW, ''), { to: '+254700000101', text: 'Your premium is due', from: 'EXAMPLE' });
  const names = { to: 'mobile', text: 'message', sender: '', callback: 'dlr' };
  const other = wire.message(MESSAGE, { ...HOW, plus: false, names, fixed: wire.fixed(['partnerID=7', 'note=a=b']) }, 'https://hooks.example/1');
  assert.deepEqual(other, { partnerID: '7', note: 'a=b', mobile: '254700000101', message: 'Your premium is due', dlr: 'https://hooks.example/1' });
});

test('a field that has no value is said at its setting', () => {
  assert.throws(() => wire.fixed(['partnerID']), { tag: 'misconfigured' });
});

test('only a clear no is called a no', () => {
  assert.equal(wire.sent(answered(202, { id: 7 }), ANSWER).providerRef, '7');
  assert.equal(wire.sent(answered(200, null), ANSWER).providerRef, null);
  const no = (status, document) => thrownBy(() => wire.sent(answered(status, document), { ...ANSWER, state: 'status' }));
  assert.deepEqual([401, 429, 400, 302, 500].map((status) => no(status, {})), ['unauthorized', 'retryable', 'rejected', 'unknown-outcome', 'unknown-outcome']);
  assert.equal(no(200, { status: 'no-credit' }), 'rejected');
  assert.equal(no(200, {}), 'unknown-outcome');
  assert.equal(no(200, { status: 'OK' }), 'nothing');
});

test('a report is read as JSON, as a form and out of the address', () => {
  const data = (request) => JSON.parse(wire.report(request, REPORT).data);
  const delivered = { provider_ref: 'r 1', state: 'delivered', reason: 'Delivered' };
  assert.deepEqual(data(inbound('application/json; charset=utf-8', '{"id":"r 1","status":"Delivered"}')), delivered);
  assert.deepEqual(data(inbound('application/x-www-form-urlencoded', 'id=r+1&status=Delivered&odd=%ff')), delivered);
  assert.deepEqual(data(inbound('text/plain', '', 'id=r%201&status=Delivered')), delivered);
  assert.equal(data(inbound('text/plain', '', 'id=1&status=elsewhere')).state, 'unknown');
  assert.equal(thrownBy(() => wire.report(inbound('application/json', '[]'), REPORT)), 'rejected');
  assert.equal(thrownBy(() => wire.report(inbound('text/plain', ''), REPORT)), 'rejected');
});
