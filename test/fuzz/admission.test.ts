import { parse } from 'yaml';
import { expect } from 'vitest';
import { refusals } from '../../reconciler/admission/admit.ts';
import { compile } from '../../reconciler/compile/compile.ts';
import { examine } from '../../reconciler/desired/check.ts';
import type { ReadCache } from '../../reconciler/desired/read.ts';
import { formatAnswer, parseAnswer } from '../../reconciler/handover/handover.ts';
import { declaredOf } from '../../reconciler/model/declared.ts';
import { services } from '../../reconciler/services/index.ts';
import { documents, replaced } from '../attacks/plant.ts';
import { kindOf, varied } from './documents.ts';
import { fuzz } from './fuzz.ts';

const cache: ReadCache = new WeakMap();
const plain = [...documents].flatMap(([path, text]) => {
  const kind = kindOf(path);
  return ['cluster', 'member', 'host', 'limits', 'vhost', 'zone', 'mailboxes'].includes(kind) ? [{ path, kind, value: parse(text) as { readonly [field: string]: unknown } }] : [];
});
const accepted = new Map<string, number>();

fuzz('whatever is right in a document, root admits, and the reader of handovers understands, at once and when it knows it', {
  cases: 1_500,
  try: (dice, index) => {
    const { path, kind, value } = plain[index % plain.length] ?? dice.one(plain);
    const said = varied(dice, kind, value);
    const { value: state, problems } = examine(replaced([[path, JSON.stringify(said)]]), cache);
    if (state === null || problems.length > 0) return;
    accepted.set(kind, (accepted.get(kind) ?? 0) + 1);
    for (const host of state.hosts) {
      const catalog = compile(state, host, services);
      const refused = refusals(catalog);
      if (refused.length > 0) throw new Error(`${path} ${JSON.stringify(said)}: ${refused.map(({ message }) => message).join('; ')}`);
      const text = formatAnswer({
        version: 1, request: '1', catalog, declared: declaredOf(state), holds: [], notices: [], remote: null, confirmedAt: null, kept: true, admins: null, hosts: [], rollbacks: [], key: null,
        trusted: { commit: '1'.repeat(40), tree: '2'.repeat(40), pending: [], overrides: new Map() },
      });
      const read = parseAnswer(text);
      if (!read.ok) throw new Error(`${path} ${JSON.stringify(said)}: ${read.why}`);
      const [, declared = '', ...resources] = text.trimEnd().split('\n');
      const known = parseAnswer(text, { declared, resources });
      if (JSON.stringify({ ...read.value, familiar: undefined }) !== JSON.stringify(known.ok ? { ...known.value, familiar: undefined } : known)) throw new Error(`${path} ${JSON.stringify(said)}: is something else when it is known`);
    }
  },
  after: () => {
    for (const kind of new Set(plain.map((each) => each.kind))) expect(accepted.get(kind) ?? 0, kind).toBeGreaterThan(10);
  },
});
