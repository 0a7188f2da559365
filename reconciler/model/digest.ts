import { createHash, hash } from 'node:crypto';
import { pieceLength, piecesOf } from './pieces.ts';

/** Digest text or bytes. Shape: `sha256:<64 hex digits>`. */
export function digest(content: string | Uint8Array): string {
  return `sha256:${typeof content === 'string' && content.length > pieceLength ? hashOfGreat(content) : hash('sha256', content, 'hex')}`;
}

function hashOfGreat(text: string): string {
  const hashing = createHash('sha256');
  for (const piece of piecesOf(text)) hashing.update(piece);
  return hashing.digest('hex');
}

/** Digest numbers as they are in memory. Shape: as of digest. */
export function digestOfNumbers({ buffer, byteOffset, byteLength }: Float64Array): string {
  return digest(new Uint8Array(buffer, byteOffset, byteLength));
}

/** Name a public key as ssh-keygen -l does. Shape: `SHA256:<43 characters of base64>`. */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${hash('sha256', blob, 'base64').replace(/=+$/, '')}`;
}
