import { authorizedKeys } from '../../reconciler/formats/authorized-keys.ts';
import { heading } from '../../reconciler/formats/heading.ts';
import { nsswitch } from '../../reconciler/formats/nsswitch.ts';
import { pamLimits, type PamLimit } from '../../reconciler/formats/pam-limits.ts';
import { sshdConfig, type MatchBlock } from '../../reconciler/formats/sshd.ts';
import { unitFile, type UnitSection, type Value } from '../../reconciler/formats/systemd.ts';
import { columnsOf, encodeTable, type TableRow } from '../../reconciler/formats/tables.ts';
import { text } from '../../reconciler/formats/text.ts';
import type { SshKey } from '../../reconciler/model/desired.ts';
import type { Dice } from './dice.ts';
import { fuzz } from './fuzz.ts';
import { readColons, readKeys, readNsswitch, readPamLimits, readSshd, readUnit, specifiers } from './readers/lines.ts';
import { headed, same, source, written } from './same.ts';
import { hostile } from './strings.ts';
import { values, type Values } from './values.ts';

const counts = { written: 0, refused: 0 };
const layouts = ['passwd', 'group', 'shadow'] as const;

for (const layout of layouts) {
  fuzz(`${layout}: rows of values that their grammars accept are read as they were meant`, {
    cases: 100_000,
    try: (dice) => {
      const any = values(dice);
      const rows = distinct(dice.several(3, () => ({ key: any.userName(), columns: accountOf(dice, any) })).map(({ key, columns }) => ({ key, columns: only(layout, columns) })));
      same(readColons(encodeTable(layout, rows)), rows.map(({ key, columns }) => [key, ...columnsOf(layout).map((name) => columns[name] ?? '')]));
    },
  });
}

fuzz('passwd, group, shadow: texts that no grammar has looked at are refused, or read as they were', {
  cases: 40_000,
  try: (dice) => {
    const layout = dice.one(layouts);
    const { anyText } = values(dice);
    const maybe = (plain: string): string => (dice.chance(75) ? plain : anyText());
    const plain = only(layout, { password: '*', uid: '10001', gid: '10001', gecos: 'ada', home: '/home/ada', shell: '/bin/sh', members: 'ada,bob', expire: '1' });
    const rows = [{ key: maybe('ada'), columns: Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, maybe(value)])) }];
    const file = written(counts, () => encodeTable(layout, rows));
    if (file !== null) same(readColons(file), rows.map(({ key, columns }) => [key, ...columnsOf(layout).map((name) => columns[name] ?? '')]));
  },
});

fuzz('authorized_keys: keys with any comment open one account each, with the options that were meant', {
  cases: 100_000,
  try: (dice) => {
    const any = values(dice);
    const keys = dice.several(2, () => keyOf(dice, any));
    const permissions = { terminal: dice.chance(50), forwarding: dice.chance(50), ...(dice.chance(20) ? { command: text('/usr/lib/croft/kick') } : {}) };
    const file = authorizedKeys(source, keys, permissions);
    headed('#', file);
    const read = readKeys(file);
    same(read.map(({ type, blob, options }) => [type, blob, options]), keys.map(({ type, blob, from, forwarding }) => [type, blob, [
      'restrict', ...('command' in permissions ? ['command="/usr/lib/croft/kick"'] : []), ...(permissions.terminal ? ['pty'] : []),
      ...(permissions.forwarding && forwarding ? ['port-forwarding', 'agent-forwarding'] : []), ...(from.length === 0 ? [] : [`from="${from.join(',')}"`]),
    ]]));
    for (const { comment } of read) if (/[^A-Za-z0-9@._+-]/.test(comment)) throw new Error(`a comment that is no word: ${comment}`);
  },
});

fuzz('sshd: rules of values that their grammars accept are read as they were meant', {
  cases: 100_000,
  try: (dice) => {
    const any = values(dice);
    const blocks: readonly MatchBlock[] = dice.several(3, () => ({
      criteria: [text('User'), text(any.userName())],
      settings: [[text('AuthorizedKeysFile'), text(any.absPath(), '/%u')], ...dice.several(2, () => [text('ForceCommand'), text('/usr/', any.relPath())] as const)],
    }));
    const file = written(counts, () => sshdConfig(source, blocks));
    if (file !== null) same(readSshd(file), blocks.flatMap(({ criteria, settings }) => [['Match', ...criteria], ...settings]));
  },
});

fuzz('sshd: words that no grammar has looked at are refused, or read as they were', {
  cases: 40_000,
  try: (dice) => {
    const { anyText } = values(dice);
    const blocks: readonly MatchBlock[] = [{ criteria: [text('Group'), dice.chance(60) ? text('x') : anyText()], settings: [[text('ForceCommand'), anyText()], [text('PermitTTY'), text('no')]] }];
    const file = written(counts, () => sshdConfig(source, blocks));
    if (file !== null) same(readSshd(file), blocks.flatMap(({ criteria, settings }) => [['Match', ...criteria], ...settings]));
  },
});

fuzz('systemd: units of values that their grammars accept are read as they were meant', {
  cases: 100_000,
  try: (dice) => {
    const any = values(dice);
    const value = (): Value => dice.one<() => Value>([() => text(any.absPath()), () => text(any.hostname()), () => text(any.headerValue()), () => text(any.httpUrl()), () => dice.below(1e9), () => ({ percent: dice.below(1000) }), () => ({ mebibytes: dice.below(1e6) })])();
    const sections: readonly UnitSection[] = [{ name: text('Slice'), settings: [{ name: text('TasksMax'), value: dice.below(1000) }, ...dice.several(3, () => ({ name: text('Environment'), value: value() }))] }];
    unitIsRead(sections);
  },
});

fuzz('systemd: values that no grammar has looked at are refused, or read as they were', {
  cases: 40_000,
  try: (dice) => {
    const { anyText } = values(dice);
    unitIsRead([{ name: text('Service'), settings: [{ name: text('Description'), value: anyText() }, { name: text('User'), value: text('ada') }] }]);
  },
});

fuzz('limits.conf: limits of any member are read as they were meant', {
  cases: 100_000,
  try: (dice) => {
    const any = values(dice);
    const limits: readonly PamLimit[] = dice.several(4, () => ({ domain: dice.chance(20) ? text('@croft-members') : text(any.userName()), type: dice.one(['hard', 'soft', '-']), item: dice.one(['nofile', 'nproc', 'core']), value: dice.below(1e6) }));
    const file = pamLimits(source, limits);
    headed('#', file);
    same(readPamLimits(file), limits.map(({ domain, type, item, value }) => [domain, type, item, String(value)]));
  },
});

fuzz('nsswitch.conf: sources that no grammar has looked at are refused, or read as they were', {
  cases: 100_000,
  try: (dice) => {
    const { anyText, label } = values(dice);
    const lookups = [[text('passwd'), text('files'), dice.chance(50) ? anyText() : text(label())], [text('group'), text('files')]] as const;
    const file = written(counts, () => nsswitch(source, lookups));
    if (file !== null) same(readNsswitch(file), lookups);
  },
});

fuzz('headings (all that is not constant in logrotate\'s rules and in scripts): any place of a declaration stays one comment', {
  cases: 100_000,
  try: (dice) => {
    const file = hostile(dice, source.file, []);
    const mark = dice.one(['#', ';', '//'] as const);
    const made = heading(mark, { ...source, file });
    if (!/^[ -~]+\n$/.test(made) || !made.startsWith(`${mark} Managed by croft.`) || made.endsWith('\\\n')) throw new Error(`no comment: ${JSON.stringify(made)}`);
  },
});

function unitIsRead(sections: readonly UnitSection[]): void {
  const file = written(counts, () => unitFile(source, sections));
  if (file === null) return;
  headed('#', file);
  const plain = (value: Value): string => (typeof value === 'object' ? ('percent' in value ? `${value.percent}%` : `${value.mebibytes}M`) : String(value));
  const read = readUnit(file).map(([section, name, value]) => [section, name, /^[0-9]+%$/.test(value) ? value : specifiers(value)]);
  same(read, sections.flatMap(({ name: section, settings }) => settings.map(({ name, value }) => [section, name, plain(value)])));
}

function accountOf(dice: Dice, any: Values): { readonly [column: string]: string } {
  const id = String(dice.below(60_000));
  const name = any.userName();
  return {
    password: dice.one(['x', '*', '!*']), uid: id, gid: id, gecos: name, home: `/home/${name}`, shell: dice.one(['/bin/bash', '/usr/sbin/nologin']), members: dice.several(4, any.userName).join(','), expire: dice.one(['', '1']),
  };
}

function only(layout: (typeof layouts)[number], columns: { readonly [column: string]: string }): { readonly [column: string]: string } {
  return Object.fromEntries(columnsOf(layout).flatMap((name) => (columns[name] === undefined ? [] : [[name, columns[name]]])));
}

function keyOf(dice: Dice, any: Values): SshKey {
  const type = dice.one(['ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256']);
  const blob = Buffer.concat([Buffer.from([0, 0, 0, type.length]), Buffer.from(type), Buffer.from(Array.from({ length: 1 + dice.below(40) }, () => dice.below(256)))]).toString('base64');
  return { type, blob, comment: hostile(dice, 'ada@laptop', []), from: dice.several(2, any.cidr), forwarding: dice.chance(50), source };
}

function distinct(rows: readonly TableRow[]): readonly TableRow[] {
  return rows.filter(({ key }, index) => rows.findIndex((other) => other.key === key) === index);
}
