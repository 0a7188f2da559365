import type { Risk } from '../model/authority.ts';
import { ownerName, type Owner } from '../model/owner.ts';
import type { Paint } from './paint.ts';
import { oneLine } from './printable.ts';
import { list } from './words.ts';

/** Who may change a path, or whether one member may. */
export interface Answer {
  /** The octets of the path. */
  readonly path: string;
  readonly owner: Owner;
  /** null: nobody in particular was asked about. */
  readonly verdict: 'yes' | 'in part' | 'no' | null;
  /** The least that any change of it is. */
  readonly risk: Risk;
  /** A sentence for people: which path, which rule, who could. */
  readonly because: string;
  /** Single fields that take more than the rest. */
  readonly kept: readonly Kept[];
  readonly approvers: { readonly needed: number; readonly of: readonly string[] };
  /** What else one should know: something that takes more, a slip in the path. */
  readonly remarks: readonly string[];
  /** What to do now. */
  readonly next: string;
}

/** Fields of one risk. */
export interface Kept {
  readonly risk: Risk;
  readonly needed: number;
  readonly fields: readonly string[];
}

/** What `croft can` found. */
export interface Can {
  readonly who: string | null;
  readonly trust: boolean;
  readonly commit: string;
  readonly answers: readonly Answer[];
}

/** Print it for people. */
export function formatCan({ trust, answers }: Can, { off, paint }: { readonly off: string; readonly paint: Paint }): string {
  const said = answers.map(({ because, remarks, next, verdict }) => {
    const [word = '', ...rest] = oneLine(because).split(/(?<=^(?:yes|no))/);
    const first = verdict === null || rest.length === 0 ? oneLine(because) : `${paint(colours[verdict], word)}${rest.join('')}`;
    return [first, ...remarks.map((remark) => `  ${oneLine(remark)}`), ...(next === '' ? [] : [`  ${paint('dim', oneLine(next))}`])].join('\n');
  });
  return [...(trust ? [] : [paint('yellow', off), 'with it on, each admin and member having a signing key:']), ...said].join('\n');
}

const colours = { yes: 'green', 'in part': 'yellow', no: 'red' } as const;

/** The facts for programs. Shape: schemas/output/can.schema.json. */
export function canFacts({ who, trust, commit, answers }: Can): object {
  return { who, trust, commit, answers: answers.map((each) => ({ ...each, path: oneLine(pathText(each.path)) })) };
}

/** Read the octets of a path as people wrote them. */
export function pathText(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

/** Say how many it takes. Shape: `2 admins (red)`, `one admin (amber)`. */
export function takes({ needed, risk }: Pick<Kept, 'needed' | 'risk'>): string {
  return `${needed === 1 ? 'one admin' : `${needed} admins`} (${risk})`;
}

/** Say which fields take whom. Shape: `uid and limits take 2 admins (red), ports takes one admin (amber)`. */
export function keptWords(kept: readonly Kept[]): string {
  return kept.map((each) => `${list(each.fields)} ${each.fields.length === 1 ? 'takes' : 'take'} ${takes(each)}`).join(', ');
}

/** Say whose it is, as seen by somebody. Shape: `ada's own`, `bob's`, `the co-op's`. */
export function whose(owner: Owner, who: string | null): string {
  return `${ownerName(owner)}'s${who !== null && owner === `member:${who}` ? ' own' : ''}`;
}
