import { hash } from 'node:crypto';

/** Digest text or bytes. Shape: `sha256:<64 hex digits>`. */
export function digest(content: string | Uint8Array): string {
  return `sha256:${hash('sha256', content, 'hex')}`;
}
