import { expect, test } from 'vitest';
import { packetsOf } from '../../../reconciler/git/pkt.ts';

test('an answer of more packets than any server has to send is refused before the memory is full of them', () => {
  expect(() => packetsOf(Buffer.from('0000'.repeat(2_000_001)))).toThrow('cannot read the answer: it is made of more than 2000000 packets');
});
