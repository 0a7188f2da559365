import { createHash, hash } from 'node:crypto';
import { pieceLength, piecesOf } from './pieces.ts';

/** Digest text or bytes. Shape: `sha256:<64 hex digits>`. */
export function digest(content: string | Uint8Array): string {
  return `sha256:${hashOf('sha256', content)}`;
}

/** Digest text or bytes by some algorithm. Shape: hex digits. */
export function hashOf(algorithm: 'sha256' | 'sha512', content: string | Uint8Array): string {
  if (typeof content !== 'string' || content.length <= pieceLength) return hash(algorithm, content, 'hex');
  const hashing = createHash(algorithm);
  for (const piece of piecesOf(content)) hashing.update(piece);
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
