/** A change that a guard is to stop, or one that is like it and goes through; and what such changes are written with. */
import type { GuardName } from '../../../../reconciler/model/guard.ts';
import type { Event } from '../../../scenarios/story.ts';

export type Files = NonNullable<Event['commit']>;

/** A danger: what it is, and which guards stop it. */
export interface Case {
  readonly name: string;
  readonly host?: string;
  readonly before?: Files;
  /** What the host was made of after that. */
  readonly between?: Files;
  readonly commit: Files;
  /** Shape: `guard object owner count`, sorted. */
  readonly guarded: readonly string[];
  /** A change that is like it, and larger; where only what was there before can make it larger, that. */
  readonly more?: Files;
  readonly moreBefore?: Files;
  /** By which guard, if by another one. */
  readonly moreBy?: GuardName;
  /** Of whom there is nothing to go back to. */
  readonly newcomers?: readonly string[];
  /** Where the host fetches from. */
  readonly remotes?: readonly string[];
}

/** What goes through: the twin of a danger. */
export type Harmless = Omit<Case, 'guarded'>;

export const keys = [
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJF3YtisikcXNST7O/rbf+y5rrXswbsuCxNwlfFGN849', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILinACfcph4NvAJTFE7LaWs24JsLa8NkS/BFTWr3nI8P',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBpkihK4E/dQT6sM/F//dZUOg+sAkeEdaGd34rWn553/', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILixEVjp1D+0JsN6BQqZi56RtoJ2A3i1gOu5+44wUYCs',
];

export const numbers = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index).padStart(2, '0'));
export const files = (names: readonly string[], text: string | null): Files => Object.fromEntries(names.map((name) => [name, text]));
export const member = (uid: number, more = ''): string => `name: Somebody\nuid: ${uid}\nlimits: generous\nemail: somebody@outside.example\n${more}`;
export const generous = { 'limits/generous.yaml': 'tasks: 100\nmemory-mib: 512\ncpu-percent: 50\ndisk-mib: 1024\nopen-files: 512\nvhosts: 50\nzones: 50\nmailboxes: 50\naliases: 50\n' };
export const ada = (more = ''): Files => ({ ...generous, 'members/ada/member.yaml': member(10_002, `domains: [ada.example]\nssh-keys: ["${keys[0]}"]\n${more}`) });
export const crowd = (count: number, more = ''): Files => ({ ...generous, ...Object.fromEntries(numbers(count).map((id, index) => [`members/m${id}/member.yaml`, member(11_000 + index, more)])) });
export const two = (audience: string, services = 'dns-secondary', files = audience): Files => ({ 'hosts/two.yaml': `debian: 13\naddresses: { ipv4: 192.0.2.12, ipv6: '2001:db8:77::12' }\nservices: [${services}]\nlogin: { shell: ${audience}, files: ${files} }\n` });
export const carols = { 'members/carol/member.yaml': null };
export const mailbox = 'mailboxes:\n  bob:\n    password: $6$ezrK5GP4sC1Zve7n$FQG8VNN87F34y2AQ6CLPqkz8nMDHJUvmGrvb1SvkwucrviQsWDe/Tm7/jGFg6lk7hqY6QSjE22IJTejJO2U6c1\n';
export const mail = { 'members/ada/mailboxes/ada.example.yaml': null };
export const regular = (name: string, uid: number, more = ''): Files => ({ [`members/${name}/member.yaml`]: member(uid, more).replace('generous', 'regular') });
