import type { Declared } from '../model/declared.ts';
import { guardNames, type Allowance } from '../model/guard.ts';
import { bool, list, object, oneOf, orNull, whole, type Reader } from './read.ts';
import { calendarDay, most, plainName, sentence, source } from './words.ts';

const named = { name: plainName, source };
const counted = object({ length: whole(0, most.names) });

const allowance: Reader<Allowance> = object({ guard: oneOf(...guardNames), object: plainName, count: whole(0, 1e9), reason: sentence, from: calendarDay, until: calendarDay, source });

/** Take what guards must know. A fact that a guard comes to need has its line here. */
export const declared: Reader<Declared> = object({
  cluster: object({ approvals: orNull(whole(0, 1000)), graceDays: whole(0, 100_000), source }),
  hosts: list(object({ ...named, fqdn: plainName }), most.names),
  limits: list(object(named), most.names),
  members: list(object({ ...named, state: oneOf('active', 'suspended', 'retired'), admin: bool, sshKeys: counted }), most.names),
  vhosts: list(object(named), most.names),
  zones: list(object({ ...named, dnssec: bool, records: counted }), most.names),
  mailDomains: list(object({ ...named, mailboxes: list(object({ address: plainName }), most.names) }), most.names),
  allowances: list(allowance, most.names),
});
