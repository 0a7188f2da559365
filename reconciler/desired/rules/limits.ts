import type { Member } from '../../model/desired.ts';
import { groupBy } from '../../model/group.ts';
import type { Owner } from '../../model/owner.ts';
import type { Source } from '../../model/source.ts';
import { startOf, type Document } from '../documents.ts';
import { finding, type Finding } from '../finding.ts';
import { memberOf, type World } from '../world.ts';

interface Counted {
  readonly owner: Owner;
  /** Asked for only of what is too much. */
  readonly source: () => Source;
}

interface Count {
  readonly things: readonly Counted[];
  readonly allowed: (member: Member) => number;
  readonly code: string;
  readonly noun: string;
}

/** Nobody has more of anything than the limits class allows. */
export function* limitsHold(world: World): Iterable<Finding> {
  for (const count of countsOf(world)) {
    for (const [owner, things] of grouped(count.things)) {
      const member = memberOf(world.members, owner);
      const first = member === null ? undefined : things[count.allowed(member)];
      if (member !== null && first !== undefined) yield tooMany(first.source(), { ...count, member, used: things.length });
    }
  }
}

function countsOf({ documents, mailDomains }: World): readonly Count[] {
  const hosted = new Set<string>(mailDomains.map(({ name }) => name));
  const mail = documents.mailboxes;
  return [
    { code: 'limits/vhosts', noun: 'sites', things: documents.vhost.map(whole), allowed: ({ limits }) => limits.vhosts },
    { code: 'limits/zones', noun: 'zones', things: documents.zone.map(whole), allowed: ({ limits }) => limits.zones },
    { code: 'limits/mailboxes', noun: 'mailboxes', things: mail.flatMap((domain) => named(domain, 'mailboxes')), allowed: ({ limits }) => limits.mailboxes },
    { code: 'limits/aliases', noun: 'aliases', things: mail.flatMap((domain) => named(domain, 'aliases')), allowed: ({ limits }) => limits.aliases },
    {
      code: 'limits/forwards', noun: 'forwards out of the co-op', things: mail.flatMap((domain) => forwards(domain, hosted)),
      allowed: ({ limits }) => limits.aliases,
    },
  ];
}

function named({ value, owner, keyAt }: Document<'mailboxes'>, field: 'mailboxes' | 'aliases'): readonly Counted[] {
  return Object.keys(value[field] ?? {}).map((local) => ({ owner, source: () => keyAt(field, local) }));
}

/** Each address outside is one more that the co-op sends to in somebody's name. */
function forwards({ value, owner, at }: Document<'mailboxes'>, hosted: ReadonlySet<string>): readonly Counted[] {
  const targets = Object.entries(value.aliases ?? {}).flatMap(([local, each]) => each.map((target, index) => ({
    target, source: () => at('aliases', local, index),
  })));
  return targets.filter(({ target }) => target.includes('@') && !hosted.has(target.split('@')[1] ?? '')).map(({ source }) => ({ owner, source }));
}

function tooMany(source: Source, { code, noun, allowed, member, used }: Count & { readonly member: Member; readonly used: number }): Finding {
  const { name } = member.limits;
  const message = `cannot have ${used} ${noun}: the limits class ${name} allows ${allowed(member)} (${used}/${allowed(member)})`;
  return finding(source, { code, message, hint: `see limits/${name}.yaml; an admin can give another class`, against: 'coop' });
}

function whole({ owner, file }: { readonly owner: Owner; readonly file: string }): Counted {
  return { owner, source: () => startOf(file) };
}

function grouped(things: readonly Counted[]): ReadonlyMap<Owner, readonly Counted[]> {
  return groupBy(things, ({ owner }) => owner);
}
