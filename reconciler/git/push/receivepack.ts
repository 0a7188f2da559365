/**
 * What is said to a git server to change its refs, in protocol version 0. The server says where its refs are; then come the changes, one
 * a line, `old new ref` with forty zeros for a ref that is not there, a flush, and a pack with what the server lacks, unless refs only go.
 * The answer, on side band 1, is packets within packets: `unpack ok`, then `ok ref` or `ng ref reason` for each; on band 2 come the words
 * of its hooks. A server decides each ref on its own, and only if it still is where the change says it was.
 * Whether a change goes forward is not asked there: that is looked at here. Source: gitprotocol-pack(5), Pushing Data To a Server.
 */
import { GitError } from '../error.ts';
import { isAncestor } from '../history.ts';
import { outgoing } from './outgoing.ts';
import { packFile } from '../packwriter.ts';
import { flush, lineOf, packet, packetsOf } from '../pkt.ts';
import { isRefName } from '../repository.ts';
import { said } from '../said.ts';
import type { Repository } from '../store.ts';
import type { Pushed, Result, Update } from '../transport.ts';
import type { Advertisement } from '../uploadpack.ts';

/** A push, and what the server said before it. */
export interface Offer {
  readonly repository: Repository;
  readonly updates: readonly Update[];
  readonly advertised: Advertisement;
  readonly maxBytes: number;
}

/** How the rest of the conversation goes. */
export interface Way {
  exchange(request: Uint8Array): Promise<Uint8Array>;
  /** Say that nothing is to be changed. */
  leave(): void;
}

const nowhere = '0'.repeat(40);

/** Offer changes to a server that has said where its refs are. Errors: GitError when the server cannot take any, or does not say what became of them. */
export async function pushThrough(offer: Offer, way: Way): Promise<Pushed> {
  const { repository, updates, advertised } = offer;
  assertTaking(advertised);
  const judged: Result[] = [];
  for (const update of updates) judged.push({ ref: update.ref, refused: await objectionTo(update, repository, advertised.refs.get(update.ref) ?? null) });
  const sent = updates.filter((_, n) => judged[n]?.refused === null);
  if (sent.length === 0) {
    way.leave();
    return { results: judged, said: [] };
  }
  const answer = parseReport(await way.exchange(await pushRequest({ ...offer, updates: sent })), advertised.capabilities.has(sideBand));
  return { results: judged.map((result) => (result.refused === null ? { ...result, refused: answer.verdictOn(result.ref) } : result)), said: answer.said };
}

/** Say why a change is not even to be tried; null when it is. */
export async function objectionTo({ ref, old, new: next, force }: Update, repository: Repository, there: string | null): Promise<string | null> {
  if (!ref.startsWith('refs/') || !isRefName(ref)) return 'no ref can have that name';
  if (old !== there) return `it is ${there === null ? 'not there' : `at ${there}`}, not ${old === null ? 'missing' : `at ${old}`}; fetch first`;
  if (next === old) return 'it would change nothing';
  if (force || old === null || next === null) return null;
  return (await goesForward(repository, old, next)) ? null : `${next} does not descend from ${old}`;
}

async function goesForward(repository: Repository, old: string, next: string): Promise<boolean> {
  try {
    return await isAncestor(repository, old, next);
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

const sideBand = 'side-band-64k';

function assertTaking({ capabilities }: Advertisement): void {
  if (capabilities.has('object-format=sha256')) throw new GitError('cannot push: the repository names objects by SHA-256, and croft reads SHA-1 only');
  if (!capabilities.has('report-status')) throw new GitError('cannot push: the server does not know report-status, so it would not say what became of it');
}

/** Write the changes, and the pack they need. */
async function pushRequest({ repository, updates, advertised, maxBytes }: Offer): Promise<Uint8Array> {
  const capabilities = ['report-status', sideBand, 'agent=croft'].filter((name) => name.startsWith('agent=') || advertised.capabilities.has(name)).join(' ');
  const lines = updates.map((update, n) => packet(`${update.old ?? nowhere} ${update.new ?? nowhere} ${update.ref}${n === 0 ? `\0${capabilities}` : ''}`));
  const wanted = updates.map((update) => update.new).filter((oid) => oid !== null);
  const head = Buffer.from(`${lines.join('')}${flush}`);
  if (wanted.length === 0) return head;
  return Buffer.concat([head, packFile(await outgoing(repository, { wanted, theirs: [...new Set(advertised.refs.values())], maxBytes }))]);
}

interface Report {
  /** Why a ref was refused; null when it was changed. */
  verdictOn(ref: string): string | null;
  readonly said: readonly string[];
}

function parseReport(answer: Uint8Array, banded: boolean): Report {
  const bands = banded ? bandsOf(answer) : { report: answer, words: '' };
  const [unpacked = '', ...verdicts] = packetsOf(bands.report).flatMap((bytes) => (bytes === null ? [] : [lineOf(bytes, 'push')]));
  const words = bands.words === '' ? '' : `, only ${said(bands.words)}`;
  if (!unpacked.startsWith('unpack ')) throw new GitError(`cannot push: the server does not say what became of it${words}`);
  return {
    verdictOn: (ref) => {
      if (verdicts.includes(`ok ${ref}`)) return null;
      const reason = verdicts.find((line) => line.startsWith(`ng ${ref} `))?.slice(`ng ${ref} `.length);
      if (unpacked !== 'unpack ok') return `the server cannot unpack what was sent: ${unpacked.slice('unpack '.length)}`;
      return reason ?? 'the server says nothing about it';
    },
    said: bands.words.split(/\r?\n|\r/).filter((line) => line !== ''),
  };
}

function bandsOf(answer: Uint8Array): { readonly report: Uint8Array; readonly words: string } {
  const packets = packetsOf(answer).filter((bytes) => bytes !== null);
  const on = (band: number): Buffer => Buffer.concat(packets.filter((bytes) => bytes[0] === band).map((bytes) => bytes.subarray(1)));
  const last = on(3);
  if (last.length > 0) throw new GitError(`cannot push: the server says ${said(last.toString('utf8'))}`);
  return { report: on(1), words: on(2).toString('utf8') };
}
