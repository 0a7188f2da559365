import type { Alias, Mailbox, MailDomain } from '../../model/desired.ts';
import type { Owner } from '../../model/owner.ts';
import { list } from '../words.ts';
import { names, tell, unshown, value, type Telling, type Told } from './telling.ts';

/** Tell mail domains, and each mailbox and alias in them, since those are what people have. */
export function tellMail(before: readonly MailDomain[], after: readonly MailDomain[]): readonly Told[] {
  return [
    ...tell(domains, before, after),
    ...tell(mailboxes, owned(before, 'mailboxes'), owned(after, 'mailboxes')),
    ...tell(aliases, owned(before, 'aliases'), owned(after, 'aliases')),
  ];
}

const domains: Telling<MailDomain> = {
  what: 'mail domain',
  name: ({ name }) => name,
  owner: ({ owner }) => owner,
  source: ({ source }) => source,
  whole: ({ catchAll, suspended }) => [
    ...(catchAll === null ? [] : [`what nobody has goes to ${catchAll.to}`]), ...(suspended ? ['closed: its owner is suspended'] : []),
  ].join('; '),
  fields: [
    value('what nobody has goes to', ({ catchAll }) => catchAll?.to ?? null),
    (before, after) => (before.suspended === after.suspended ? null : after.suspended ? 'closed: its owner is suspended' : 'open again'),
  ],
};

type Owned<T> = T & { readonly owner: Owner };

function owned<Part extends 'mailboxes' | 'aliases'>(all: readonly MailDomain[], part: Part): readonly Owned<MailDomain[Part][number]>[] {
  return all.flatMap((domain) => domain[part].map((each) => ({ ...each, owner: domain.owner })));
}

const mailboxes: Telling<Owned<Mailbox>> = {
  what: 'mailbox',
  name: ({ address }) => address,
  owner: ({ owner }) => owner,
  source: ({ source }) => source,
  whole: ({ quotaMib, sendOnly }) => (sendOnly ? 'sends only' : `quota ${quotaMib} MiB`),
  fields: [
    value('quota', ({ quotaMib }) => quotaMib, ' MiB'),
    (before, after) => (before.sendOnly === after.sendOnly ? null : after.sendOnly ? 'sends only from now on' : 'receives mail from now on'),
    unshown('password', ({ password }) => password),
  ],
};

const aliases: Telling<Owned<Alias>> = {
  what: 'alias',
  name: ({ address }) => address,
  owner: ({ owner }) => owner,
  source: ({ source }) => source,
  whole: ({ targets }) => `to ${list(targets)}`,
  fields: [names('to', ({ targets }) => targets)],
};
