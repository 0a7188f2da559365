/** Root's copy of what was handed over as older crofts kept it: one value of JSON, with what every run asks of it in a line before it. */
import { digest } from '../../model/digest.ts';

/**
 * Write one as it is kept now, so that a host which has another croft since loses nothing of it. Nobody knows which croft admitted it, so
 * its lines are read like any others. Shape: empty where it is none.
 */
export function renewed(former: string): string {
  const { census, handover } = fieldsOf(parsed(former));
  const { catalog, declared, ...rest } = fieldsOf(handover);
  const { resources, ...about } = fieldsOf(catalog);
  if (!Array.isArray(resources)) return '';
  const values: readonly unknown[] = [{ ...rest, catalog: { ...about, resources: resources.length } }, declared ?? null, ...(resources as readonly unknown[])];
  const lines = values.map((value) => `${JSON.stringify(value)}\n`).join('');
  return `${JSON.stringify({ census, build: null, digest: digest(lines) })}\n${lines}`;
}

type Fields = { readonly [field: string]: unknown };

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
