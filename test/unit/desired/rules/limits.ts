/** Mistakes in what documents say of limits. */
import { box, type Case } from './case.ts';

/** Each with the nearest thing that is right. */
export const ofLimits: readonly Case[] = [
  {
    code: 'limits/vhosts', at: 'members/erin/vhosts/c.shop.carol.example.yaml:1:1', says: '(4/2)',
    files: Object.fromEntries(['a', 'b', 'c'].map((name) => [`members/erin/vhosts/${name}.shop.carol.example.yaml`, 'static: {root: a}\n'])),
    twin: { 'members/erin/vhosts/a.shop.carol.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'limits/zones', at: 'members/bob/zones/bob.example.yaml:1:1', says: '(2/1)',
    files: { 'members/bob/zones/bob.example.yaml': 'records: []\n', 'members/bob/zones/a.bob.example.yaml': 'records: []\n' },
    twin: { 'members/bob/zones/bob.example.yaml': 'records: []\n' },
  },
  {
    code: 'limits/mailboxes', at: 'members/bob/mailboxes/bob.example.yaml:4:3', says: '(3/2)',
    files: { 'members/bob/mailboxes/bob.example.yaml': `mailboxes:\n  a: ${box}\n  b: ${box}\n  c: ${box}\n` },
    twin: { 'members/bob/mailboxes/bob.example.yaml': `mailboxes:\n  a: ${box}\n  b: ${box}\n` },
  },
  {
    code: 'limits/aliases', at: 'members/bob/mailboxes/bob.example.yaml:7:3',
    files: { 'members/bob/mailboxes/bob.example.yaml': `mailboxes:\n  a: ${box}\naliases:\n  b: [a]\n  c: [a]\n  d: [a]\n  e: [a]\n` },
    twin: { 'members/bob/mailboxes/bob.example.yaml': `mailboxes:\n  a: ${box}\naliases:\n  b: [a]\n  c: [a]\n  d: [a]\n` },
  },
  {
    code: 'limits/forwards', at: 'members/bob/mailboxes/bob.example.yaml:3:28', says: '(4/3)',
    files: { 'members/bob/mailboxes/bob.example.yaml': 'aliases:\n  a: [a@x.example, b@x.example]\n  b: [c@x.example,         d@x.example]\n' },
    twin: { 'members/bob/mailboxes/bob.example.yaml': 'aliases:\n  a: [a@x.example, b@x.example]\n  b: [c@x.example, ada@ada.example]\n' },
  },
];
