import { expect } from 'vitest';
import { quotaField, renderDovecot } from '../../reconciler/formats/dovecot.ts';
import type { MailStore } from '../../reconciler/formats/dovecot/store.ts';
import { renderEntries, type Entry } from '../../reconciler/formats/dovecot/syntax.ts';
import { renderMain, renderMaster, type MainWord, type MasterService, type Parameter } from '../../reconciler/formats/postfix.ts';
import { encodeTable, type TableRow } from '../../reconciler/formats/tables.ts';
import { text } from '../../reconciler/formats/text.ts';
import type { Dice } from './dice.ts';
import { fuzz } from './fuzz.ts';
import { readDovecot, readDovecotUsers, readMain, readMap, readMaster } from './readers/lines.ts';
import { headed, same, source, written } from './same.ts';
import { values, type Values } from './values.ts';

const counts = { dovecot: { written: 0, refused: 0 }, postfix: { written: 0, refused: 0 }, map: { written: 0, refused: 0 } };

fuzz('postfix main.cf: parameters of values that their grammars accept are read as they were meant', {
  cases: 100_000,
  try: (dice) => {
    const parameters = parametersOf(dice, values(dice));
    const file = renderMain(source, parameters);
    headed('#', file);
    same(readMain(file).map(([name, value]) => [name, ...value.split(/[\s,]+/).filter((word) => word !== '')]), parameters.map(({ name, words }) => [name, ...words.map(wordOf)]));
  },
});

fuzz('postfix master.cf: services of values that their grammars accept are read as they were meant', {
  cases: 100_000,
  try: (dice) => {
    const any = values(dice);
    const services: readonly MasterService[] = dice.several(3, () => ({
      name: text(any.label()), type: dice.one(['inet', 'unix']), ...(dice.chance(50) ? { private: false } : {}), ...(dice.chance(30) ? { limit: dice.below(100) } : {}),
      command: text('smtpd'), options: dice.several(2, () => ({ name: text('myhostname'), words: dice.several(2, () => dice.one<() => MainWord>([any.hostname, any.ipv4, any.mailAddress])()) })),
    }));
    const file = renderMaster(source, services);
    headed('#', file);
    same(readMaster(file), services.map(({ name, type, private: own, limit, command, options = [] }) => [
      name, type, own === false ? 'n' : '-', '-', 'n', '-', String(limit ?? '-'), command, ...options.flatMap((option) => ['-o', `${option.name}=${option.words.map(wordOf).join(',')}`]),
    ]));
  },
});

fuzz('postfix: words that no grammar has looked at are refused, or read as they were', {
  cases: 20_000,
  try: (dice) => {
    const { anyText } = values(dice);
    const parameters: readonly Parameter[] = [{ name: text('mydestination'), words: dice.several(3, anyText) }, { name: text('relay_domains'), words: [] }];
    const file = written(counts.postfix, () => renderMain(source, parameters));
    if (file !== null) same(readMain(file).map(([name, value]) => [name, ...value.split(/[\s,]+/).filter((word) => word !== '')]), parameters.map(({ name, words }) => [name, ...words.map(wordOf)]));
  },
});

fuzz('postfix maps: rows of values that their grammars accept are read as they were meant', {
  cases: 100_000,
  try: (dice) => {
    const any = values(dice);
    const rows = distinct(dice.several(3, () => row(dice.chance(20) ? `@${any.hostname()}` : any.mailAddress(), { value: dice.several(3, any.mailAddress).concat(any.mailAddress()).join(', ') })));
    same(readMap(encodeTable('map', rows)), rows.map(({ key, columns }) => [key, columns['value']]));
  },
});

fuzz('postfix maps: texts that no grammar has looked at are refused, or read as they were', {
  cases: 40_000,
  try: (dice) => {
    const { anyText } = values(dice);
    const rows = distinct(dice.several(2, () => row(dice.chance(50) ? 'ada@ada.example' : anyText(), { value: anyText() })));
    const file = written(counts.map, () => encodeTable('map', rows));
    if (file !== null) same(readMap(file), rows.map(({ key, columns }) => [key.toLowerCase(), columns['value']]));
  },
  after: () => expect(Math.min(counts.map.written, counts.map.refused)).toBeGreaterThan(500),
});

fuzz('dovecot passwd-file: rows of values that their grammars accept are read as they were meant', {
  cases: 100_000,
  try: (dice) => {
    const any = values(dice);
    const rows = distinct(dice.several(3, () => {
      const address = any.mailAddress();
      const scheme = dice.one(['{CRYPT}', '{ARGON2ID}']);
      if (dice.chance(50)) return row(address, { password: `${scheme}${any.passwordHash()}` });
      return row(address, { password: '!', uid: '590', gid: '590', home: `/var/vmail/${any.hostname()}/${any.localPart()}`, extra: quotaField(dice.one(['2.3', '2.4']), 1 + dice.below(1e6)) });
    }));
    same(readDovecotUsers(encodeTable('dovecot-users', rows)), rows.map(({ key, columns: { password = '', uid = '', gid = '', home = '', extra = '' } }) => [key, password, uid, gid, '', home, '', extra]));
  },
});

fuzz('dovecot passwd-file: texts that no grammar has looked at are refused, or read as they were', {
  cases: 20_000,
  try: (dice) => {
    const { anyText } = values(dice);
    const maybe = (plain: string): string => (dice.chance(70) ? plain : anyText());
    const rows = [row(maybe('ada@ada.example'), { password: maybe('!'), gecos: maybe(''), home: maybe('/x'), extra: maybe('a=b') })];
    const file = written(counts.dovecot, () => encodeTable('dovecot-users', rows));
    if (file !== null) same(readDovecotUsers(file), rows.map(({ key, columns: { password, gecos, home, extra } }) => [key, password, '', '', gecos, home, '', extra]));
  },
});

fuzz('dovecot.conf: a store of values that their grammars accept is read as it was meant', {
  cases: 100_000,
  try: (dice, index) => {
    const any = values(dice);
    // The file is long and only a few of its values are anybody's: most cases try the entries that hold these.
    const entries: readonly Entry[] = [
      [text('hostname'), text(any.hostname())], [text('postmaster_address'), text(any.mailAddress())], [text('ssl_cert'), text('<', any.absPath())],
      { section: [text('passdb'), text('passwd-file')], entries: [[text('passwd_file_path'), text(any.absPath())], [text('mail_uid'), dice.below(60_000)]] },
    ];
    same(readDovecot(renderEntries(source, entries)), entries.flatMap((entry) => settings(entry)));
    if (index % 20 === 0) whole(dice, any);
  },
});

fuzz('dovecot.conf: values that no grammar has looked at are refused, or read as they were', {
  cases: 40_000,
  try: (dice) => {
    const { anyText } = values(dice);
    const entries: readonly Entry[] = [[text('hostname'), anyText()], { section: [text('plugin')], entries: [[text('quota'), anyText()]] }, [text('ssl'), text('required')]];
    const file = written(counts.dovecot, () => renderEntries(source, entries));
    // A `<` in front is the encoder's own word for a file: what croft means by one is no text of anybody's.
    if (file !== null && !entries.some((entry) => JSON.stringify(entry).includes('"<'))) same(readDovecot(file), entries.flatMap((entry) => settings(entry)));
  },
});

function whole(dice: Dice, any: Values): void {
  const path = any.absPath;
  const store: MailStore = {
    hostname: any.hostname(), postmaster: any.mailAddress(), uid: dice.below(60_000), passwd: path(), users: path(), certificate: path(), certificateKey: path(), lmtpSocket: path(), authSocket: path(),
  };
  const file = renderDovecot(source, dice.one(['2.3', '2.4']), store);
  headed('#', file);
  const read = readDovecot(file);
  for (const line of [`hostname=text:${store.hostname}`, `postmaster_address=text:${store.postmaster}`, `service lmtp/unix_listener ${store.lmtpSocket}/mode=text:0600`]) {
    if (read.filter((found) => found === line).length !== 1) same(read, [line]);
  }
}

function settings(entry: Entry, outer = ''): readonly string[] {
  if ('section' in entry) return [`${outer}${entry.section.join(' ')} {`, ...entry.entries.flatMap((inner) => settings(inner, `${outer}${entry.section.join(' ')}/`))];
  const value = String(entry[1]);
  return [`${outer}${entry[0]}=${value.startsWith('<') ? `file:${value.slice(1).trim()}` : `text:${value}`}`];
}

function parametersOf(dice: Dice, any: Values): readonly Parameter[] {
  const word = (): MainWord => dice.one<() => MainWord>([any.hostname, any.ipv4, any.ipv6, any.mailAddress, any.absPath, () => ({ texthash: any.absPath() }), () => dice.below(100)])();
  return ['myhostname', 'mydestination', 'virtual_alias_maps'].map((name) => ({ name: text(name as 'myhostname'), words: dice.several(dice.chance(10) ? 12 : 3, word) }));
}

function wordOf(word: MainWord): string {
  return typeof word === 'object' ? `texthash:${word.texthash}` : String(word);
}

function row(key: string, columns: TableRow['columns']): TableRow {
  return { key, columns };
}

function distinct(rows: readonly TableRow[]): readonly TableRow[] {
  return rows.filter(({ key }, index) => rows.findIndex((other) => other.key.toLowerCase() === key.toLowerCase()) === index);
}
