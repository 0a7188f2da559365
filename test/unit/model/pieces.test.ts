import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { digest } from '../../../reconciler/model/digest.ts';
import { pieceLength, piecesOf } from '../../../reconciler/model/pieces.ts';

test.each([
  { name: 'none of an empty text', text: '', lengths: [] },
  { name: 'one of a text that is no longer', text: 'x'.repeat(pieceLength), lengths: [pieceLength] },
  { name: 'as many as there must be', text: 'x'.repeat(2 * pieceLength + 1), lengths: [pieceLength, pieceLength, 1] },
  { name: 'the halves of a character together', text: `${'x'.repeat(pieceLength - 1)}😀y`, lengths: [pieceLength - 1, 3] },
  { name: 'half a character at the end as it is', text: `${'x'.repeat(pieceLength - 1)}\ud83d`, lengths: [pieceLength] },
  { name: 'half a character alone as it is', text: `${'x'.repeat(pieceLength - 1)}\ud83dy`, lengths: [pieceLength - 1, 2] },
])('pieces: $name', ({ text, lengths }) => {
  const pieces = [...piecesOf(text)];
  expect(pieces.map(({ length }) => length)).toEqual(lengths);
  expect(pieces.join('')).toBe(text);
  expect(digest(text)).toBe(`sha256:${createHash('sha256').update(Buffer.from(text)).digest('hex')}`);
});
