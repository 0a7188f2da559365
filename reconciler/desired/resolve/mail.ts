import type { Alias, MailDomain, Mailbox, Member } from '../../model/desired.ts';
import type { Checked } from '../../model/problem.ts';
import { compareText } from '../../model/source.ts';
import type { MailAddress } from '../../model/values.ts';
import type { Document } from '../documents.ts';
import type { Path } from '../places.ts';
import { all, complete, is, taker, type Taker } from '../take.ts';

const DEFAULT_QUOTA_MIB = 1024;

/** Parse a mail domain's values; local parts become addresses. */
export function resolveMail(document: Document<'mailboxes'>, member: Member | null): Checked<MailDomain | null> {
  const { value, at, owner } = document;
  const taking = taker(document);
  const fields = complete({
    name: taking.take(is.hostname, document.name, []),
    mailboxes: all(Object.keys(value.mailboxes ?? {}).map((local) => mailbox(document, local, taking))),
    aliases: all(Object.keys(value.aliases ?? {}).map((local) => alias(document, local, taking))),
    catchAll: catchAllOf(document, taking),
  });
  if (fields === null) return { value: null, problems: taking.problems };
  const { name, mailboxes, aliases, catchAll } = fields;
  const suspended = member !== null && member.state !== 'active';
  return {
    value: {
      name, owner, suspended, source: at(),
      mailboxes: mailboxes.toSorted(byAddress), aliases: aliases.toSorted(byAddress), catchAll: catchAll === 'none' ? null : catchAll,
    },
    problems: taking.problems,
  };
}

function catchAllOf(document: Document<'mailboxes'>, taking: Taker): NonNullable<MailDomain['catchAll']> | 'none' | null {
  const text = document.value['catch-all'];
  if (text === undefined) return 'none';
  return complete({ to: address(document, ['catch-all'], { text, taking }), source: document.at('catch-all') });
}

function mailbox(document: Document<'mailboxes'>, local: string, taking: Taker): Mailbox | null {
  const declared = document.value.mailboxes?.[local];
  if (declared === undefined) return null;
  const path = ['mailboxes', local];
  return complete({
    localPart: taking.take(is.localPart, local, path),
    address: address(document, path, { text: local, taking }),
    password: taking.take(is.passwordHash, declared.password, [...path, 'password']),
    quotaMib: declared['quota-mib'] ?? DEFAULT_QUOTA_MIB,
    sendOnly: declared['send-only'] ?? false,
    source: document.keyAt(...path),
  });
}

function alias(document: Document<'mailboxes'>, local: string, taking: Taker): Alias | null {
  const path = ['aliases', local];
  const targets = document.value.aliases?.[local] ?? [];
  return complete({
    localPart: taking.take(is.localPart, local, path),
    address: address(document, path, { text: local, taking }),
    targets: all(targets.map((text, index) => address(document, [...path, index], { text, taking }))),
    source: document.keyAt(...path),
  });
}

/** A target without `@` is in the same domain. */
function address({ name }: Document<'mailboxes'>, path: Path, { text, taking }: { readonly text: string; readonly taking: Taker }): MailAddress | null {
  return taking.take(is.mailAddress, text.includes('@') ? text : `${text}@${name}`, path);
}

function byAddress(a: { readonly address: string }, b: { readonly address: string }): number {
  return compareText(a.address, b.address);
}
