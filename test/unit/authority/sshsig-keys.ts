/** Keys and signatures made with ssh-keygen itself, so that croft is measured against OpenSSH and not against its own idea of it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { armor, dearmor } from '../../../reconciler/authority/armor.ts';
import { string, uint32, wireReader } from '../../../reconciler/authority/wire.ts';

/** Make a directory that is gone after the file's last test. */
export function room(): string {
  const made = mkdtempSync(join(tmpdir(), 'croft-sshsig-'));
  afterAll(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Make a key pair and answer the path of its private half. */
export function makeKey(directory: string, type: string, bits: number | null, passphrase = ''): string {
  const path = join(directory, `${type}-${bits ?? ''}-${passphrase}`);
  execFileSync('ssh-keygen', ['-q', '-t', type, ...(bits === null ? [] : ['-b', `${bits}`]), '-N', passphrase, '-C', 'ada@laptop', '-f', path], { stdio: 'pipe' });
  return path;
}

/** The line of the public half, without its comment. */
export function publicLine(path: string): string {
  return readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
}

export function signWithSshKeygen(path: string, payload: Uint8Array, namespace: string, options: readonly string[] = []): string {
  return execFileSync('ssh-keygen', ['-q', '-Y', 'sign', ...options, '-n', namespace, '-f', path], { input: payload, stdio: 'pipe' }).toString('utf8');
}

/** What ssh-keygen is asked. */
export interface Asked {
  readonly armored: string;
  readonly payload: Uint8Array;
  readonly namespace: string;
  readonly publicLine: string;
  /** Options of the allowed signer, e.g. `valid-after="20260101Z"`. */
  readonly signer?: string;
  readonly arguments?: readonly string[];
}

/** Tell whether ssh-keygen -Y verify accepts a signature of ada's. */
export function sshKeygenAccepts(directory: string, asked: Asked): boolean {
  const [signature, allowed] = [join(directory, 'signature'), join(directory, 'allowed')];
  writeFileSync(signature, asked.armored);
  writeFileSync(allowed, `ada@ada.example ${asked.signer === undefined ? '' : `${asked.signer} `}${asked.publicLine}\n`);
  const options = ['-Y', 'verify', '-f', allowed, '-I', 'ada@ada.example', '-n', asked.namespace, '-s', signature, ...(asked.arguments ?? [])];
  const { status, stdout } = spawnSync('ssh-keygen', options, { input: asked.payload });
  const accepted = status === 0;
  if (accepted !== stdout.toString().startsWith('Good "')) throw new Error(`ssh-keygen says two things: ${status}, ${stdout.toString()}`);
  return accepted;
}

/** The fields of a signature, as bytes. */
export interface Parts {
  readonly magic: Buffer;
  readonly version: number;
  readonly publicKey: Buffer;
  readonly namespace: Buffer;
  readonly reserved: Buffer;
  readonly hash: Buffer;
  readonly signature: Buffer;
}

export function bytesOf(armored: string): Buffer {
  return dearmor(armored, 'SSH SIGNATURE') ?? Buffer.alloc(0);
}

export function armored(bytes: Uint8Array): string {
  return armor(bytes, 'SSH SIGNATURE');
}

export function takeApart(text: string): Parts {
  const reader = wireReader(bytesOf(text));
  return {
    magic: reader.bytes(6), version: reader.uint32(), publicKey: reader.string(), namespace: reader.string(),
    reserved: reader.string(), hash: reader.string(), signature: reader.string(),
  };
}

export function putTogether({ magic, version, publicKey, namespace, reserved, hash, signature }: Parts): string {
  return armored(Buffer.concat([magic, uint32(version), ...[publicKey, namespace, reserved, hash, signature].map(string)]));
}

/** A security key in software: what the real one does with a touch. Source: OpenSSH PROTOCOL.u2f. */
export interface Authenticator {
  readonly publicLine: string;
  sign(payload: Uint8Array, flags: number): string;
}

const sha256 = (content: string | Uint8Array): Buffer => createHash('sha256').update(content).digest();

export function authenticator(type: 'sk-ssh-ed25519@openssh.com' | 'sk-ecdsa-sha2-nistp256@openssh.com', application = 'ssh:'): Authenticator {
  const isEd25519 = type.startsWith('sk-ssh');
  const pair = isEd25519 ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = Buffer.concat([string(type), ...pointOf(pair.publicKey, isEd25519), string(application)]);
  return {
    publicLine: `${type} ${publicKey.toString('base64')}`,
    sign: (payload, flags) => {
      const digest = createHash('sha512').update(payload).digest();
      const signed = Buffer.concat([Buffer.from('SSHSIG'), ...['git', '', 'sha512', digest].map(string)]);
      const counted = Buffer.concat([Buffer.of(flags), uint32(7)]);
      const message = Buffer.concat([sha256(application), counted, sha256(signed)]);
      const proof = isEd25519 ? sign(null, message, pair.privateKey) : pairOf(sign('sha256', message, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }));
      const signature = Buffer.concat([string(type), string(proof), counted]);
      return putTogether({ magic: Buffer.from('SSHSIG'), version: 1, publicKey, namespace: Buffer.from('git'), reserved: Buffer.alloc(0), hash: Buffer.from('sha512'), signature });
    },
  };
}

function pointOf(key: KeyObject, isEd25519: boolean): readonly Buffer[] {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const [first, second] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  return isEd25519 ? [string(first)] : [string('nistp256'), string(Buffer.concat([Buffer.of(4), first, second]))];
}

function pairOf(proof: Buffer): Buffer {
  return Buffer.concat([mpint(proof.subarray(0, 32)), mpint(proof.subarray(32))]);
}

/** Write a number that is not negative. */
export function mpint(number: Buffer): Buffer {
  const start = number.findIndex((byte) => byte !== 0);
  const minimal = number.subarray(start);
  return string((minimal[0] ?? 0) < 0x80 ? minimal : Buffer.concat([Buffer.alloc(1), minimal]));
}
