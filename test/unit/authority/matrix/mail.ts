/** Mailboxes, and mail that leads outside. */
import type { Draft, Fields, Side } from '../proposals.ts';
import { amberByAdmin, green, redByBoth, type Case } from './case.ts';

export const mail: Fields = { mailboxes: { ada: { password: 'x' }, info: { password: 'x' } }, aliases: { board: ['ada', 'old@elsewhere.example'] } };
const adaMail = 'members/ada/mailboxes/ada.example.yaml';

/** A change of ada's mail. */
export function ofMail(after: Side, by: readonly string[] = ['ada']): Draft {
  return { path: adaMail, before: mail, after, by };
}

export const mails: readonly Case[] = [
  { name: 'ada adds a mailbox', proposed: [ofMail({ ...mail, mailboxes: { ...mail['mailboxes'] as object, new: {} } })], expected: [green] },
  { name: 'ada changes a password', proposed: [ofMail({ ...mail, mailboxes: { ...mail['mailboxes'] as object, ada: { password: 'y' } } })], expected: [green] },
  { name: 'ada forwards to bob, inside the co-op', proposed: [ofMail({ ...mail, aliases: { ...mail['aliases'] as object, pair: ['ada', 'bob@bob.example', 'info@ada.example'] } })], expected: [green] },
  { name: 'ada forwards outside', proposed: [ofMail({ ...mail, aliases: { ...mail['aliases'] as object, out: ['ada@elsewhere.example'] } })], expected: [{ ...amberByAdmin, says: 'forward outside: out@ada.example to ada@elsewhere.example', line: 2 }] },
  { name: 'an admin lets ada forward outside', proposed: [ofMail({ ...mail, aliases: { out: ['ada@elsewhere.example'] } }, ['ada', 'dana'])], expected: [{ risk: 'amber', reason: 'forward outside: out@ada.example to ada@elsewhere.example' }] },
  { name: 'a forward outside that was there stays', proposed: [ofMail({ ...mail, description: 'Family' })], expected: [green] },
  { name: 'what one alias may do, another may not', proposed: [ofMail({ ...mail, aliases: { board: ['ada'], info: ['old@elsewhere.example'] } })], expected: [{ ...amberByAdmin, says: 'info@ada.example to old@elsewhere.example' }] },
  { name: 'a target with two @ leads where the last one says', proposed: [ofMail({ ...mail, aliases: { out: ['a@ada.example@elsewhere.example'] } })], expected: [{ ...amberByAdmin, says: 'forward outside' }] },
  { name: 'ada catches all mail outside', proposed: [ofMail({ ...mail, 'catch-all': 'all@elsewhere.example' })], expected: [{ ...amberByAdmin, says: 'forward outside: *@ada.example', line: 3 }] },
  { name: 'ada catches all mail in a mailbox of hers', proposed: [ofMail({ ...mail, 'catch-all': 'ada' })], expected: [green] },
  { name: 'ada removes a mailbox', proposed: [ofMail({ ...mail, mailboxes: { ada: { password: 'x' } } })], expected: [{ ...redByBoth, says: 'data loss: the mailbox info@ada.example goes away', line: 1 }] },
  { name: 'ada removes all mailboxes by leaving them out', proposed: [ofMail({ aliases: mail['aliases'] })], expected: [{ ...redByBoth, says: 'data loss' }] },
  { name: 'ada removes a whole mail domain', proposed: [ofMail(null)], expected: [{ ...redByBoth, says: 'data loss: all mail of ada.example goes away' }] },
  { name: 'an admin alone removes a mailbox of the co-op', proposed: [{ path: 'coop/mailboxes/fairmeadow.example.yaml', before: { mailboxes: { office: {} } }, after: {}, by: ['dana'] }], expected: [{ ...redByBoth, says: 'office@fairmeadow.example' }] },
  { name: 'an admin adds a mailbox of the co-op', proposed: [{ path: 'coop/mailboxes/fairmeadow.example.yaml', before: {}, after: { mailboxes: { office: {} } }, by: ['dana'] }], expected: [{ risk: 'amber' }] },
  { name: 'a new mail domain that forwards outside from the start', proposed: [{ path: 'members/ada/mailboxes/lovelace.example.yaml', after: { aliases: { hello: ['me@lovelace.example', 'ada@elsewhere.example'] } }, by: ['ada'] }], expected: [{ ...amberByAdmin, says: 'hello@lovelace.example to ada@elsewhere.example' }] },
];
