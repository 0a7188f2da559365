/**
 * Files that list what many have: one line or block for each, told by how it begins (`zone "ada.example"`, `ada`, `blog.ada.example.`).
 * What is one owner's in such a file is every line that begins so, with what is indented below it and the brace that closes that. In which
 * order they stand is no matter to any program that reads one.
 */
import { digest } from '../model/digest.ts';
import type { Part, Resource } from '../model/resource.ts';

interface Section {
  /** How it begins; '' for what is nobody's. */
  readonly key: string;
  readonly text: string;
}

/** Want such a file with more in it: what is of these parts in another text, where nothing begins like that yet. */
export function withSections(resource: Resource, text: string, parts: readonly Part[]): Resource {
  const own = sectionsIn(textOf(resource), new Set(parts.map(({ attribute }) => attribute)));
  const taken = new Set(own.map(({ key }) => key));
  const more = parts.filter(({ attribute }) => !taken.has(attribute));
  const wanted = new Set(more.map(({ attribute }) => attribute));
  const found = sectionsIn(text, wanted).filter(({ key }) => key !== '');
  const there = new Set(found.map(({ key }) => key));
  return found.length === 0 ? resource : saying(resource, [...own, ...found], [...(resource.parts ?? []), ...more.filter(({ attribute }) => there.has(attribute))]);
}

/** Want such a file without what begins with one of these. */
export function withoutSections(resource: Resource, keys: ReadonlySet<string>): Resource {
  const sections = sectionsIn(textOf(resource), keys);
  const left = sections.filter(({ key }) => key === '');
  return left.length === sections.length ? resource : saying(resource, left, (resource.parts ?? []).filter(({ attribute }) => !keys.has(attribute)));
}

function saying(resource: Resource, sections: readonly Section[], parts: readonly Part[]): Resource {
  const text = sections.map((section) => section.text).join('');
  return { ...resource, desired: { ...resource.desired, content: digest(text) }, payload: { ...resource.payload, text }, parts };
}

function textOf({ payload }: Resource): string {
  return payload?.text ?? '';
}

/** Cut a text where something begins. Together the sections are the text. */
function sectionsIn(text: string, keys: ReadonlySet<string>): readonly Section[] {
  const sections: Section[] = [];
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const above = /^[ \t}]/.test(line) ? sections.pop() : undefined;
    sections.push(above === undefined ? { key: keyOf(line, keys), text: line } : { ...above, text: above.text + line });
  }
  return sections;
}

/** A key is one word, or two. */
function keyOf(line: string, keys: ReadonlySet<string>): string {
  const [, two = '', one = ''] = /^(([^\s]+)(?: [^\s]+)?)(?= )/.exec(line) ?? [];
  return [two, one].find((key) => key !== '' && keys.has(key)) ?? '';
}
