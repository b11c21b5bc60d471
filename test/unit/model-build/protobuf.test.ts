import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  bytesField,
  floatField,
  intField,
  messageField,
  packedField,
} from '../../../src/model/build/onnx/protobuf.ts';
import { find, readMessage } from './read-onnx.ts';

describe('protobuf', () => {
  it("When the documentation's examples are encoded, then the bytes are its own", () => {
    assert.equal(intField(1, 150).toString('hex'), '089601');
    assert.equal(bytesField(2, 'testing').toString('hex'), '120774657374696e67');
    assert.equal(messageField(3, [intField(1, 150)]).toString('hex'), '1a03089601');
    assert.equal(packedField(6, [3, 270, 86942]).toString('hex'), '3206038e029ea705');
    assert.equal(intField(1, -2).toString('hex'), '08feffffffffffffffff01');
    assert.equal(floatField(2, 1.5).toString('hex'), '150000c03f');
  });

  it('When any safe integer is encoded, then it decodes to itself', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 2 ** 20 }), (value, field) => {
        const [decoded] = readMessage(intField(field, value));
        assert.equal(decoded?.field, field);
        assert.equal(BigInt.asIntN(64, decoded?.value as bigint), BigInt(value));
      }),
    );
  });

  it('When a message is longer than 127 bytes, then its length takes more bytes', () => {
    const content = Buffer.alloc(300, 7);
    assert.deepEqual(find(readMessage(messageField(9, [bytesField(1, content)])), 9), [
      bytesField(1, content),
    ]);
  });
});
