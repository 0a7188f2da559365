/** Answers taken apart and put together again, whatever is in them: to change one thing in one, as somebody might who has taken the other half over. */

/** Whatever is in a JSON text. */
export type Loose = { [name: string]: Loose } & Loose[];

/** Take an answer that hands over a catalog apart: its lines are where they would be in one value; one that is empty is an empty text. */
export function opened(text: string): Loose {
  const [heading, declared, ...resources] = text.split('\n').slice(0, -1).map((line) => (line === '' ? '' : JSON.parse(line)) as Loose);
  return { ...heading, catalog: { ...heading?.['catalog'], resources }, declared } as unknown as Loose;
}

/** Put one together, also of what is none. */
export function closed(answer: unknown): string {
  const { catalog, declared, ...rest } = Object(answer) as { readonly [name: string]: unknown };
  const { resources } = Object(catalog) as { readonly resources?: unknown };
  if (!Array.isArray(resources)) return `${JSON.stringify(Object(answer) === answer ? { ...rest, catalog } : answer)}\n${JSON.stringify(declared ?? null)}\n`;
  const heading = { ...rest, catalog: { ...(catalog as object), resources: resources.length } };
  return [heading, declared ?? null, ...(resources as readonly unknown[])].map((value) => `${value === '' ? '' : JSON.stringify(value)}\n`).join('');
}
