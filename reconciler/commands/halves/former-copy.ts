/** Root's copy of what was handed over as older crofts kept it. */
import { digest } from '../../model/digest.ts';

/**
 * Write one that is a single value of JSON, with what every run asks of it in a line before it, as it is kept now, so that a host which has
 * another croft since loses nothing of it. Nobody knows which croft admitted it, so its lines are read like any others. Shape: empty where
 * it is none.
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

/** What a unit is to have loaded, as older crofts said it: by a digest of all that it reads. */
const formerLoaded = /,"loaded":"sha256:[0-9a-f]{64}"|"loaded":"sha256:[0-9a-f]{64}",?/g;

/** Take out of lines that another croft kept what is to be worked out anew: a text in quotes has a backslash before each quote, so it is no attribute. */
export function withoutLoaded(lines: string): string {
  return lines.replace(/^\{"id":"unit:.*$/gm, (line) => line.replace(formerLoaded, ''));
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
