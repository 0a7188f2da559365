import type { DesiredState, Member } from '../model/desired.ts';
import type { Owner } from '../model/owner.ts';
import type { Snapshot, SnapshotFile } from '../model/snapshot.ts';
import type { Source } from '../model/source.ts';
import { parse } from './parse.ts';

/**
 * Close every way in for members who are held and, at the head, suspended or retired. What else is wrong in their directory must not keep
 * a door open: whoever is about to be sent out could leave a broken document there.
 */
export function closeHeld(state: DesiredState, held: ReadonlySet<Owner>, head: Snapshot): DesiredState {
  const closed = new Map<Owner, Member>(state.members.filter(({ name }) => held.has(`member:${name}`)).flatMap((member) => {
    const now = closing(member, head);
    return now === null ? [] : [[`member:${member.name}`, now] as const];
  }));
  if (closed.size === 0) return state;
  return {
    ...state,
    members: state.members.map((member) => closed.get(`member:${member.name}`) ?? member),
    vhosts: state.vhosts.map((vhost) => (closed.has(vhost.owner) ? { ...vhost, member: closed.get(vhost.owner) ?? vhost.member, suspended: true } : vhost)),
    mailDomains: state.mailDomains.map((domain) => (closed.has(domain.owner) ? { ...domain, suspended: true } : domain)),
  };
}

/** What the newest document says of whoever may come in no longer. */
interface SentOut {
  readonly state: 'suspended' | 'retired';
  readonly source: Source;
}

/** Read of the newest document of a member only whether she may come in, whatever else it says; null when she was not sent out. */
export function sentOutIn({ files, hidden = [] }: Snapshot, name: string): SentOut | null {
  const written = [...files, ...hidden].filter(({ path }) => path.replace(/^desired-state\//, '') === `members/${name}/member.yaml`);
  return written.flatMap((file) => stateIn(file) ?? [])[0] ?? null;
}

function closing(member: Member, head: Snapshot): Member | null {
  const found = member.state === 'active' ? sentOutIn(head, member.name) : null;
  return found === null ? null : { ...member, state: found.state, sources: { ...member.sources, state: found.source } };
}

function stateIn(file: SnapshotFile): SentOut | null {
  const parsed = parse(file).value;
  if (parsed === null) return stateInLines(file);
  const { state }: { readonly state?: unknown } = parsed.value ?? {};
  return state !== 'suspended' && state !== 'retired' ? null : { state, source: parsed.keyAt('state') };
}

/** Of what is no YAML, or too much of it, a line is read alone: else one odd character, left there in time, would keep the door open. */
function stateInLines({ path, bytes }: SnapshotFile): SentOut | null {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  const at = lines.findIndex((line) => sentOut.test(line));
  const state = sentOut.exec(lines[at] ?? '')?.[2] === 'retired' ? 'retired' : 'suspended';
  return at < 0 ? null : { state, source: { file: path, line: at + 1, column: 1 } };
}

const sentOut = /^state[ \t]*:[ \t]*(["']?)(suspended|retired)\1[ \t]*(?:#.*)?$/;
