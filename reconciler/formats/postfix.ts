/**
 * The two grammars of Postfix's own files. main.cf (postconf(5)) is one parameter a line, `name = value`, and a line that begins with white
 * space continues the one before, so a value with a line break in it could say anything. `$name` is replaced by that parameter's value.
 * master.cf (master(5)) is one service a line in eight columns, with `-o name=value` on continuation lines. A parameter given twice
 * takes its last value without a word; that is refused here. The maps (`texthash:`) are tables and live in formats/tables.
 */
import type { AbsPath, Hostname, Ipv4, Ipv6, MailAddress } from '../model/values.ts';
import type { Source } from '../model/source.ts';
import { assertShape, heading } from './heading.ts';
import type { Text } from './text.ts';

/** A map by its file, `texthash:/etc/postfix/croft/…`. */
export interface MapFile {
  readonly texthash: AbsPath;
}

export type MainWord = Text | number | AbsPath | Hostname | Ipv4 | Ipv6 | MailAddress | MapFile;

/** One parameter; no words at all is an empty value, which often means something. */
export interface Parameter {
  readonly name: Text;
  readonly words: readonly MainWord[];
}

/** One service of master.cf. Every one runs unchrooted: a chroot wants copies of /etc/resolv.conf and the like, and they go stale. */
export interface MasterService {
  readonly name: Text;
  readonly type: 'inet' | 'unix' | 'unix-dgram' | 'fifo';
  readonly private?: false;
  /** Runs with root's rights. */
  readonly privileged?: true;
  readonly wakeup?: Text | number;
  readonly limit?: number;
  readonly command: Text;
  readonly options?: readonly Parameter[];
}

/** Parameter by parameter, its words. */
export type MainShape = readonly (readonly [name: string, words: readonly string[]])[];

/** Service by service, the eight columns and the options. */
export type MasterShape = readonly { readonly columns: readonly string[]; readonly options: MainShape }[];

/** Render main.cf. Errors: throws when it would be read otherwise: a bug. */
export function renderMain(source: Source, parameters: readonly Parameter[]): string {
  const text = `${heading('#', source)}${parameters.map(parameterLines).join('')}`;
  assertShape('main.cf', parameters.map(parameterShape), parseMain(text));
  return text;
}

/** Render master.cf. Errors: throws when it would be read otherwise: a bug. */
export function renderMaster(source: Source, services: readonly MasterService[]): string {
  const text = `${heading('#', source)}${services.map(serviceLines).join('')}`;
  assertShape('master.cf', services.map(serviceShape), parseMaster(text));
  return text;
}

/** Read the shape of a main.cf. Errors: throws for a line that is no parameter, and for one given twice. */
export function parseMain(text: string): MainShape {
  const shape = logicalLines(text).map((line) => parameterOf(line, line));
  const twice = shape.find(([name], index) => shape.findIndex(([other]) => other === name) !== index);
  if (twice !== undefined) throw new Error(`cannot read main.cf: ${twice[0]} stands in it twice`);
  return shape;
}

/** Read the shape of a master.cf. Errors: throws for a line that is no service. */
export function parseMaster(text: string): MasterShape {
  return logicalLines(text).map((line) => {
    const words = line.split(/\s+/).filter((word) => word !== '');
    const rest = words.slice(8);
    if (words.length < 8 || rest.some((word, index) => (index % 2 === 0) !== (word === '-o')) || rest.length % 2 === 1) {
      throw new Error(`cannot read master.cf at ${JSON.stringify(line)}`);
    }
    return { columns: words.slice(0, 8), options: rest.filter((word) => word !== '-o').map((option) => parameterOf(option, line)) };
  });
}

function parameterOf(text: string, line: string): readonly [string, readonly string[]] {
  const [, name, value = ''] = /^([a-z][a-z0-9_]*)\s*=\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new Error(`cannot read Postfix's configuration at ${JSON.stringify(line)}`);
  return [name, value.split(/[\s,]+/).filter((word) => word !== '')];
}

/** Join continuations to the lines they continue; comments and empty lines do not end a line. */
function logicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    if (!/^\s/.test(line)) lines.push(line);
    else if (lines.length === 0) throw new Error('cannot read Postfix\'s configuration: it begins with a continuation');
    else lines.push(`${lines.pop() ?? ''} ${line.trim()}`);
  }
  return lines;
}

function parameterLines({ name, words }: Parameter): string {
  const line = `${name} = ${words.map(encode).join(', ')}`.trimEnd();
  return line.length <= 120 ? `${line}\n` : `${name} =\n${words.map((word) => `  ${encode(word)}`).join(',\n')}\n`;
}

function serviceLines(service: MasterService): string {
  const [name = '', type = '', ...rest] = columns(service);
  const options = (service.options ?? []).map((option) => `  -o ${option.name}=${option.words.map(encode).join(',')}\n`);
  return `${name.padEnd(11)} ${type.padEnd(10)} ${rest.join(' ')}\n${options.join('')}`;
}

function columns(service: MasterService): readonly string[] {
  const { name, type, wakeup = '-', limit = '-', command } = service;
  return [name, type, service.private === false ? 'n' : '-', service.privileged === true ? 'n' : '-', 'n', String(wakeup), String(limit), command];
}

function serviceShape(service: MasterService): MasterShape[number] {
  return { columns: columns(service), options: (service.options ?? []).map(parameterShape) };
}

function parameterShape({ name, words }: Parameter): MainShape[number] {
  return [name, words.map(encode)];
}

function encode(word: MainWord): string {
  return typeof word === 'object' ? `texthash:${word.texthash}` : String(word);
}
