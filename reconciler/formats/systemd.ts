/**
 * Unit files and drop-ins of systemd, systemd.syntax(7): `[Section]`, then `Setting=value`; `#` and `;` begin comments, a backslash at a
 * line's end continues it, an empty value takes back what was said before. A `%` begins a specifier (systemd.unit(5)), so a literal one
 * is doubled; only a percentage in settings that take one (`CPUQuota=20%`) is written as it is. Nobody's own text enters a unit.
 */
import type { Source } from '../model/source.ts';
import { assertShape, heading } from './heading.ts';
import type { Text } from './text.ts';

/** A setting's value. Units: mebibytes are written as `M`, which systemd counts by 1024. */
export type Value = Text | number | { readonly percent: number } | { readonly mebibytes: number };

export interface UnitSection {
  readonly name: Text;
  readonly settings: readonly { readonly name: Text; readonly value: Value }[];
}

/** The same as it was read from a file. */
export interface SectionShape {
  readonly name: string;
  readonly settings: readonly (readonly [name: string, value: string])[];
}

/** Write a unit file. Errors: throws when it would be read as anything else. */
export function unitFile(source: Source, sections: readonly UnitSection[]): string {
  const written = heading('#', source) + sections.map(({ name, settings }) => `\n[${name}]\n${settings.map(encodeSetting).join('')}`).join('');
  assertShape('a unit', sections.map(shapeOf), parseUnit(written));
  return written;
}

/** Read a unit file as systemd does, values as they stand. Errors: throws for what is neither section nor setting. */
export function parseUnit(written: string): readonly SectionShape[] {
  const sections: { name: string; settings: [string, string][] }[] = [];
  for (const line of written.replace(/\\\n/g, ' ').split('\n').map((one) => one.trim())) {
    if (line === '' || /^[#;]/.test(line)) continue;
    const [, section, setting = '', value = ''] = /^\[([^\]]+)\]$|^([A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*(.*)$/.exec(line) ?? [];
    if (section !== undefined) sections.push({ name: section, settings: [] });
    else if (setting !== '' && sections.length > 0) sections.at(-1)?.settings.push([setting, value]);
    else throw new Error(`cannot read ${JSON.stringify(line)}: that is no setting of a section`);
  }
  return sections;
}

function encodeSetting({ name, value }: UnitSection['settings'][number]): string {
  return `${name}=${encodeValue(value)}\n`;
}

function encodeValue(value: Value): string {
  if (typeof value === 'string') return value.replaceAll('%', '%%');
  if (typeof value === 'number') return whole(value);
  return 'percent' in value ? `${whole(value.percent)}%` : `${whole(value.mebibytes)}M`;
}

function whole(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`cannot limit anything to ${value}: that is no whole number`);
  return String(value);
}

function shapeOf({ name, settings }: UnitSection): SectionShape {
  return { name, settings: settings.map((setting) => [setting.name, encodeValue(setting.value)]) };
}
