import type { Written } from '../model/authority.ts';
import { canonical, fieldsOf, listOf } from './compare.ts';
import { visible } from './shown.ts';
import { weight, type Weight } from './weight.ts';

/** Records that hand a part of a zone to somebody else's name servers, with all that is below it. RFC 1034, RFC 4034, RFC 6672. */
const DELEGATING: ReadonlySet<string> = new Set(['NS', 'DS', 'DNAME']);

/** A zone as both sides have it. */
interface Sides {
  readonly name: string;
  readonly before: Written | null;
  readonly after: Written | null;
}

/** Weigh a change of one of the co-op's zones, which everybody's names hang on. */
export function weighSharedZone({ name, before, after }: Sides): readonly Weight[] {
  if (after === null) return [weight('red', `shared zone: ${visible(name)} goes away`)];
  if (before !== null && before.value === null) return [weight('red', 'shared zone: what it said could not be read')];
  const [old, now] = [delegationsOf(before), delegationsOf(after)];
  const changed = [...new Map([...old, ...now])].filter(([record]) => old.has(record) !== now.has(record));
  return [...new Set(changed.map(([, title]) => title))].map((title) => weight('red', `shared zone: ${title}`, 'records'));
}

/** The records that delegate, each with what it is called. Two that say the same are one. */
function delegationsOf(written: Written | null): ReadonlyMap<string, string> {
  const records = listOf(fieldsOf(written?.value).get('records')).map((record) => ({ record, fields: fieldsOf(record) }));
  return new Map(records.flatMap(({ record, fields }) => {
    const type = String(fields.get('type')).toUpperCase();
    return DELEGATING.has(type) ? [[canonical(record), `${type} of ${visible(textOf(fields.get('name')))}`] as const] : [];
  }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'no name';
}
