/**
 * Files that list what many have: one line or block for each, told by how it begins (`zone "ada.example"`, `ada`, `blog.ada.example.`).
 * What is one owner's in such a file is every line that begins so, with what is indented below it and the brace that closes that. In which
 * order they stand is no matter to any program that reads one.
 */
import { digest } from '../model/digest.ts';
import type { Part, Resource } from '../model/resource.ts';
import { same } from '../model/same.ts';
import { compareText } from '../model/source.ts';

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

/**
 * Want such a file in which some owners' sections are as in one file and no longer as in another, each of these being all that they have
 * in it below what is nobody's. They stand in the order of their keys. null: that cannot be told.
 */
export function exchangeSections(resource: Resource, was: Resource, now: Resource): Resource | null {
  const keys = new Set([resource, was, now].flatMap(({ parts = [] }) => parts.map(({ attribute }) => attribute)));
  const [own, before, after] = [resource, was, now].map((each) => sorted(sectionsIn(textOf(each), keys)));
  if (own == null || before == null || after == null || own.head !== before.head || own.head !== after.head) return null;
  const partOf = ({ parts = [] }: Resource, key: string): Part | undefined => parts.find(({ attribute }) => attribute === key);
  const changed = [...new Set([...before.texts.keys(), ...after.texts.keys()])].filter((key) => before.texts.get(key) !== after.texts.get(key) || !same(partOf(was, key), partOf(now, key)));
  if (changed.some((key) => own.texts.get(key) !== before.texts.get(key))) return null;
  const isChanged = new Set(changed);
  const texts = new Map([...[...own.texts].filter(([key]) => !isChanged.has(key)), ...[...after.texts].filter(([key]) => isChanged.has(key))]);
  const parts = [...(resource.parts ?? []).filter(({ attribute }) => !isChanged.has(attribute)), ...(now.parts ?? []).filter(({ attribute }) => isChanged.has(attribute))];
  const sections = [...texts].sort(([a], [b]) => compareText(a, b)).map(([key, text]) => ({ key, text }));
  const { parts: left = [], ...rest } = saying(resource, [{ key: '', text: own.head }, ...sections], parts.toSorted((a, b) => compareText(a.attribute, b.attribute)));
  return left.length === 0 ? rest : { ...rest, parts: left };
}

/** What is nobody's, and then each key with all that begins so; null where they do not stand in this order. */
function sorted(sections: readonly Section[]): { readonly head: string; readonly texts: ReadonlyMap<string, string> } | null {
  const start = sections.findIndex(({ key }) => key !== '');
  const keyed = start < 0 ? [] : sections.slice(start);
  if (keyed.some(({ key }, index) => compareText(keyed[index - 1]?.key ?? '', key) > 0 || key === '')) return null;
  const texts = new Map<string, string>();
  for (const { key, text } of keyed) texts.set(key, (texts.get(key) ?? '') + text);
  return { head: sections.slice(0, start < 0 ? undefined : start).map(({ text }) => text).join(''), texts };
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
