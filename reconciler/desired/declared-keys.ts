import type { SigningKeyDeclaration } from '../model/declarations.ts';
import type { Owner } from '../model/owner.ts';
import type { Source } from '../model/source.ts';
import type { Document, Documents } from './documents.ts';
import type { Path } from './places.ts';
import { publicKey } from './ssh-key.ts';

/** A key that a document lists, and whose it is. */
export interface DeclaredKey {
  /** The key's base64, or a text that no other key has where it is damaged. */
  readonly key: string;
  readonly owner: Owner;
  /** Whose, in words that follow "it is". */
  readonly whose: string;
  readonly source: Source;
}

/** A signing key with the days that go with it. */
export interface DeclaredSigningKey extends DeclaredKey {
  readonly line: string;
  readonly days: Omit<SigningKeyDeclaration, 'key'>;
  readonly dayAt: (field: keyof SigningKeyDeclaration) => Source;
}

/** List the keys with which a member logs in. */
export function loginKeys({ value, owner, name, at }: Document<'member'>): readonly DeclaredKey[] {
  return (value['ssh-keys'] ?? []).map((written, index) => {
    const plain = typeof written === 'string';
    const source = plain ? at('ssh-keys', index) : at('ssh-keys', index, 'key');
    return keyAt(plain ? written : written.key, { owner, whose: `${name}'s`, source });
  });
}

/** List the keys with which a member signs. */
export function signingKeys({ value, owner, name, at }: Document<'member'>): readonly DeclaredSigningKey[] {
  return (value['signing-keys'] ?? []).map((written, index) => {
    const plain = typeof written === 'string';
    const { key: line, ...days } = plain ? { key: written } : written;
    const path: Path = ['signing-keys', index];
    const source = plain ? at(...path) : at(...path, 'key');
    return { ...keyAt(line, { owner, whose: `${name}'s`, source }), line, days, dayAt: (field) => at(...path, field) };
  });
}

/** List the keys of programs: those of a forge, of the git server, of hosts. */
export function machineKeys({ cluster, host }: Documents): readonly DeclaredKey[] {
  const trust = cluster.flatMap(({ value, owner, at }) => [
    ...(value.trust?.['merge-keys'] ?? []).map((line, index) => keyAt(line, { owner, whose: 'a merge key', source: at('trust', 'merge-keys', index) })),
    ...keys(value.trust?.['kick-key'], { owner, whose: 'the kick key', source: at('trust', 'kick-key') }),
  ]);
  return [...trust, ...host.flatMap(({ value, owner, name, at }) => [
    ...keys(value.key, { owner, whose: `the host ${name}'s`, source: at('key') }),
    ...keys(value['ssh-host-key'], { owner, whose: `the host ${name}'s, of its sshd`, source: at('ssh-host-key') }),
  ])];
}

function keys(line: string | undefined, place: Omit<DeclaredKey, 'key'>): readonly DeclaredKey[] {
  return line === undefined ? [] : [keyAt(line, place)];
}

function keyAt(line: string, place: Omit<DeclaredKey, 'key'>): DeclaredKey {
  const key = publicKey(line);
  const { file, line: row, column } = place.source;
  return { ...place, key: 'blob' in key ? key.blob : `${file} ${row} ${column}` };
}
