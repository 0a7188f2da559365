/** Mistakes in what documents say of mail. */
import { hash } from '../coop.ts';
import { bob, mail, box, addresses, two, mailboxes, swap, longName, type Case } from './case.ts';

const names = (letter: string, count: number): string => Array.from({ length: count }, (_, number) => `${letter}${number}`).join(', ');
/** Aliases that all lead to the same. */
const eachTo = (letter: string, count: number, targets: string): string => names(letter, count).split(', ').map((name) => `  ${name}: [${targets}]\n`).join('');

/** Each with the nearest thing that is right. */
export const ofMail: readonly Case[] = [
  {
    code: 'mail/foreign-domain', at: 'members/bob/mailboxes/mail.ada.example.yaml:1:1',
    files: { 'members/bob/mailboxes/mail.ada.example.yaml': '{}\n' },
    twin: { 'members/bob/mailboxes/mail.bob.example.yaml': '{}\n' },
  },
  {
    code: 'mail/duplicate-domain', at: 'coop/mailboxes/ada.example.yaml:1:1',
    files: { 'coop/mailboxes/ada.example.yaml': '{}\n' },
    twin: { 'coop/mailboxes/bob.example.yaml': '{}\n' },
  },
  {
    code: 'mail/duplicate-address', at: `${mail}:4:3`,
    files: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  ada: [x@x.example]\n`),
    twin: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  no-reply.2024: [x@x.example]\n`),
  },
  {
    code: 'mail/reserved-address', at: 'members/erin/mailboxes/shop.carol.example.yaml:2:3',
    files: { 'members/erin/mailboxes/shop.carol.example.yaml': 'aliases:\n  hostmaster: [x@x.example]\n' },
    twin: mailboxes('aliases:\n  hostmaster: [x@x.example]\n'),
  },
  {
    code: 'mail/reserved-address', at: 'members/bob/mailboxes/bob.fairmeadow.example.yaml:2:3',
    files: {
      ...swap(bob, 'bob.example', 'bob.fairmeadow.example'),
      'members/bob/mailboxes/bob.fairmeadow.example.yaml': 'aliases:\n  postmaster: [x@x.example]\n',
    },
    twin: { ...swap(bob, 'bob.example', 'bob.fairmeadow.example'), 'members/bob/mailboxes/bob.fairmeadow.example.yaml': 'aliases:\n  bob: [x@x.example]\n' },
  },
  {
    code: 'mail/unknown-target', at: `${mail}:4:10`, says: 'did you mean `ada`?',
    files: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  info: [aad]\n`),
    twin: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  info: [ada@ada.example]\n`),
  },
  {
    code: 'mail/send-only-target', at: `${mail}:4:10`,
    files: mailboxes(`mailboxes:\n  robot: {password: ${hash}, send-only: true}\naliases:\n  info: [robot]\n`),
    twin: {},
  },
  {
    code: 'mail/duplicate-target', at: `${mail}:4:15`,
    files: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  info: [ada, ada@ada.example]\n`),
    twin: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  info: [ada, ada@x.example]\n`),
  },
  {
    code: 'mail/alias-loop', at: `${mail}:2:3`, says: 'never ends',
    files: mailboxes('aliases:\n  a: [b]\n  b: [c]\n  c: [a]\n'),
    twin: mailboxes('aliases:\n  a: [b, c]\n  b: [c]\n  c: [x@x.example]\n'),
  },
  {
    code: 'mail/alias-loop', at: 'members/bob/mailboxes/bob.example.yaml:2:3',
    files: { ...mailboxes('aliases:\n  a: [b@bob.example]\n'), 'members/bob/mailboxes/bob.example.yaml': 'aliases:\n  b: [a@ada.example]\n' },
    twin: {},
  },
  {
    code: 'mail/too-many-recipients', at: `${mail}:2:3`,
    files: mailboxes(`aliases:\n  a: [b, c]\n${two(60)}`),
    twin: mailboxes(`aliases:\n  a: [b, c]\n${two(50)}`),
  },
  {
    code: 'mail/too-many-recipients', at: `${mail}:2:3`,
    files: { ...mailboxes(`aliases:\n  a: [b@bob.example, b, c]\n${two(50)}`), 'members/bob/mailboxes/bob.example.yaml': 'aliases:\n  b: [x@x.example, y@x.example]\n' },
    twin: { ...mailboxes(`aliases:\n  a: [b@bob.example, b, ${addresses('d', 49)}]\n${two(50)}`), 'members/bob/mailboxes/bob.example.yaml': 'aliases:\n  b: [x@x.example, y@x.example, z@x.example]\n' },
  },
  {
    code: 'mail/too-many-recipients', at: `${mail}:4:3`, says: 'in more than 1000 ways',
    files: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  all: [${names('a', 40)}]\n${eachTo('a', 40, names('b', 26))}${eachTo('b', 26, 'ada')}`),
    twin: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  all: [${names('a', 40)}]\n${eachTo('a', 40, names('b', 25))}${eachTo('b', 25, 'ada')}`),
  },
  {
    code: 'mail/external-catch-all', at: `${mail}:1:12`,
    files: mailboxes('catch-all: ada@x.example\n'),
    twin: mailboxes(`catch-all: ada\nmailboxes:\n  ada: ${box}\n`),
  },
  {
    code: 'mail/unknown-catch-all', at: `${mail}:1:12`, says: 'did you mean `ada`?',
    files: mailboxes(`catch-all: adda\nmailboxes:\n  ada: ${box}\n`),
    twin: { ...mailboxes(`mailboxes:\n  ada: ${box}\n`), 'coop/mailboxes/fairmeadow.example.yaml': 'catch-all: ada@ada.example\n' },
  },
  {
    code: 'mail/foreign-catch-all', at: 'members/bob/mailboxes/bob.example.yaml:1:12', says: "ada.example is ada's",
    files: { ...mailboxes(`mailboxes:\n  ada: ${box}\n`), 'members/bob/mailboxes/bob.example.yaml': 'catch-all: ada@ada.example\n' },
    twin: { ...mailboxes(`mailboxes:\n  ada: ${box}\n`), 'members/bob/mailboxes/bob.example.yaml': `catch-all: bob\nmailboxes:\n  bob: ${box}\n` },
  },
  {
    code: 'layout/wrong-name', at: `members/ada/mailboxes/${longName(201)}.yaml:1:1`, says: 'at most 200 characters',
    files: { [`members/ada/mailboxes/${longName(201)}.yaml`]: 'aliases: {}\n' },
    twin: { [`members/ada/mailboxes/${longName(200)}.yaml`]: 'aliases: {}\n' },
  },
];
