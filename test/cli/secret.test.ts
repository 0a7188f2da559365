import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open } from '../../reconciler/age/seal.ts';
import { readPair } from '../../reconciler/authority/private-key.ts';
import { sealed } from '../../reconciler/model/grammar/sealed.ts';
import { croft, files, stage, type Said, type Stage } from './croft.ts';

const fixtures = join(import.meta.dirname, '../fixtures/secrets');
const value = 'correct horse battery staple';

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => rmSync(on.directory, { recursive: true }));

/** A co-op in a directory, where hosts one and two have ssh host keys and ada, bob and dana sign; and homes with their keys. */
interface Coop {
  readonly directory: string;
  readonly as: (who: string, words: readonly string[], input?: string) => Said;
  readonly file: (path: string) => string;
}

function coop(): Coop {
  const directory = mkdtempSync(join(on.directory, 'coop-'));
  files(directory);
  const state = join(directory, 'desired-state');
  declare(state, { one: 'host-one', two: 'host-two' });
  for (const name of ['ada', 'bob', 'dana']) {
    addLine(join(state, `members/${name}/member.yaml`), `signing-keys: ['${publicLine(name)}']`);
    mkdirSync(join(directory, `home-${name}/.ssh`), { recursive: true });
    for (const end of ['', '.pub']) copyFileSync(join(fixtures, `${name}${end}`), join(directory, `home-${name}/.ssh/id_ed25519${end}`));
    chmodSync(join(directory, `home-${name}/.ssh/id_ed25519`), 0o600);
  }
  return {
    directory,
    as: (who, words, input = '') => croft(['secret', ...words], directory, { input, home: join(directory, `home-${who}`) }),
    file: (path) => readFileSync(join(state, path), 'utf8'),
  };
}

function declare(state: string, keys: { readonly [host: string]: string }): void {
  for (const [host, key] of Object.entries(keys)) addLine(join(state, `hosts/${host}.yaml`), `ssh-host-key: ${publicLine(key)}`);
}

/** In the place of a line of the same field. */
function addLine(path: string, line: string): void {
  const others = readFileSync(path, 'utf8').split('\n').filter((each) => each !== '' && !each.startsWith(line.split(' ')[0] ?? ''));
  writeFileSync(path, `${[...others, line].join('\n')}\n`);
}

function publicLine(name: string): string {
  return readFileSync(join(fixtures, `${name}.pub`), 'utf8').split(' ').slice(0, 2).join(' ');
}

async function openedBy(key: string, label: string, document: string): Promise<string> {
  const pair = readPair(readFileSync(join(fixtures, key), 'utf8'));
  const text = sealed((parse(document) as { sealed: string }).sealed);
  if (!pair.ok || text === null) throw new Error('the test has no key or no text');
  const found = await open(label, text, pair);
  return found.ok ? found.value : `cannot: ${found.why}`;
}

const mine = 'members/ada/secrets/db-password.yaml';
const label = 'member:ada db-password';

describe('croft secret set', () => {
  it('seals what comes in on standard input to the host and its owner, and to nobody else', async () => {
    const { as, file, directory } = coop();
    const said = as('ada', ['set', 'db-password', '--host', 'one'], `${value}\n`);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toContain('sealed db-password of ada to\n  one  SHA256:');
    expect(said.stdout).toContain('Once it is merged one has the value in /etc/croft-secrets/ada/db-password');
    expect(said.stdout + file(mine)).not.toContain('staple');
    for (const key of ['ada', 'host-one']) expect(await openedBy(key, label, file(mine))).toBe(value);
    for (const key of ['bob', 'dana', 'host-two']) expect(await openedBy(key, label, file(mine))).toBe('cannot: it is sealed to other keys');
    expect(croft(['check'], directory)).toMatchObject({ status: 0 });
    expect(croft(['fmt', '--check', `desired-state/${mine}`], directory)).toMatchObject({ status: 0 });
  });

  it('takes the host for dynamic sites when nobody names one, and keeps hosts and notes of what is there', async () => {
    const { as, file, directory } = coop();
    as('ada', ['set', 'db-password', '--host', 'two'], 'old');
    writeFileSync(join(directory, 'desired-state', mine), `# for the shop\n${file(mine)}description: The shop\n`);
    expect(as('ada', ['set', 'db-password'], 'new').status).toBe(0);
    expect(file(mine)).toContain('# for the shop\n');
    expect(file(mine)).toContain('description: The shop\n');
    expect(await openedBy('host-two', label, file(mine))).toBe('new');
    expect(as('ada', ['set', 'other'], 'x').stdout).toContain('\n  one  SHA256:');
  });

  it.each([
    ['one line without its end', 'a b \n', 'a b '], ['several lines as they are', 'a\nb\n', 'a\nb\n'], ['text of any script', 'žluťoučký\n', 'žluťoučký'], ['what YAML would take for something else', '- {x: *y}\n', '- {x: *y}'],
  ])('takes %s', async (_, typed, kept) => {
    const { as, file } = coop();
    expect(as('ada', ['set', 'db-password', '--host', 'one'], typed).status).toBe(0);
    expect(await openedBy('host-one', label, file(mine))).toBe(kept);
  });

  it("seals the co-op's to its admins", async () => {
    const { as, file } = coop();
    expect(as('dana', ['set', 'backup-key', '--coop', '--host', 'one'], value).status).toBe(0);
    expect(await openedBy('dana', 'coop backup-key', file('coop/secrets/backup-key.yaml'))).toBe(value);
    expect(await openedBy('ada', 'coop backup-key', file('coop/secrets/backup-key.yaml'))).toBe('cannot: it is sealed to other keys');
  });

  const refusals: readonly (readonly [string, readonly string[], string, string])[] = [
    ['an empty value', ['set', 'x', '--host', 'one'], '', 'it is empty'],
    ['a value that is no text', ['set', 'x', '--host', 'one'], 'a\0b', 'it is not text in UTF-8'],
    ['a value that is too long', ['set', 'x', '--host', 'one'], 'x'.repeat(20_000), 'it has 20000 bytes'],
    ['a value as an argument', ['set', 'x', value, '--host', 'one'], '', 'the value is no argument'],
    ['no name', ['set'], '', 'give one NAME'],
    ['a name that is none', ['set', '../x', '--host', 'one'], 'v', 'cannot'],
    ['a name in capitals', ['set', 'DB', '--host', 'one'], 'v', 'cannot use `DB` as the name of a secret'],
    ['a host that nobody has', ['set', 'x', '--host', 'onn'], 'v', 'did you mean `one`?'],
    ['somebody who is nobody', ['set', 'x', '--host', 'one', '--member', 'adda'], 'v', 'did you mean `ada`?'],
    ['two owners at once', ['set', 'x', '--host', 'one', '--member', 'ada', '--coop'], 'v', 'at once'],
    ['an option of another verb', ['set', 'x', '--new'], 'v', 'cannot use --new with croft secret set'],
    ['a verb that is none', ['sett', 'x'], 'v', 'did you mean `set`?'],
    ['no verb', [], 'v', 'set, rotate and list'],
  ];
  it.each(refusals)('refuses %s, and writes nothing', (_, words, input, why) => {
    const { as, directory } = coop();
    const said = as('ada', words, input);
    expect(said).toMatchObject({ status: 1, stdout: '' });
    expect(said.stderr).toContain(why);
    expect(said.stderr).not.toContain('staple');
    expect(readdirSync(join(directory, 'desired-state'), { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('secrets'))).toEqual([]);
  });

  it('refuses a host without an ssh host key, and a caller whom nobody knows', () => {
    const { as, directory } = coop();
    addLine(join(directory, 'desired-state/hosts/one.yaml'), 'ssh-host-key:');
    writeFileSync(join(directory, 'desired-state/hosts/one.yaml'), readFileSync(join(directory, 'desired-state/hosts/one.yaml'), 'utf8').replace('ssh-host-key:\n', ''));
    expect(as('ada', ['set', 'x', '--host', 'one'], 'v').stderr).toContain('hosts/one.yaml declares no ed25519 `ssh-host-key`');
    expect(as('nobody', ['set', 'x', '--host', 'two'], 'v').stderr).toContain('cannot tell whose secret it is');
  });

  it('asks on a terminal, and shows nothing of what is typed', async () => {
    const { directory, file } = coop();
    const words = [process.execPath, join(import.meta.dirname, '../../dist/croft.cjs'), 'secret', 'set', 'db-password', '--host', 'one'];
    const said = spawnSync('script', ['-q', '-e', '-c', words.map((word) => `'${word}'`).join(' '), '/dev/null'], {
      cwd: directory, encoding: 'utf8', input: 'hunterr\u007f2\r', env: { ...process.env, HOME: join(directory, 'home-ada') },
    });
    expect(said.stdout).toContain('value of db-password, not shown: ');
    expect(said.stdout.slice(said.stdout.indexOf('not shown'))).not.toContain('hunter');
    expect(await openedBy('host-one', label, file(mine))).toBe('hunter2');
  });
});

describe('croft secret rotate', () => {
  it('seals again for a host that was rebuilt, in one command, and check tells when it is due', async () => {
    const { as, file, directory } = coop();
    as('ada', ['set', 'db-password', '--host', 'one'], value);
    as('ada', ['set', 'token', '--host', 'two'], 'another');
    as('bob', ['set', 'token', '--host', 'one'], "bob's");
    const token = file('members/ada/secrets/token.yaml');
    const [before, bobs] = [file(mine), file('members/bob/secrets/token.yaml')];
    expect(as('ada', ['rotate']).stdout).toBe("2 secrets sealed to today's keys already\n1 secret left as they are: sealed to other keys than yours\n");
    declare(join(directory, 'desired-state'), { one: 'dana' });
    writeFileSync(join(directory, 'desired-state/members/dana/member.yaml'), file('members/dana/member.yaml').replace(/^signing-keys.*\n/m, ''));
    const checked = croft(['check'], directory);
    expect(checked.status).toBe(1);
    expect(checked.stdout).toMatch(/^desired-state\/members\/ada\/secrets\/db-password\.yaml:\d+:\d+: cannot open this secret on `one`: .* – croft secret rotate db-password \[secret\/not-sealed-to-host\]$/m);
    expect(as('ada', ['list']).stdout).toMatch(/^ada {2}db-password {2}for one; sealed to ada; stale: not to one, also to 1 other key$/m);
    const said = as('ada', ['rotate']);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toContain('sealed db-password of ada again, to one and ada\n');
    expect(said.stdout).toMatch(/^ {2}one {2}SHA256:\S+ {2}host {2}new\n {2}ada {2}SHA256:\S+$/m);
    expect(await openedBy('dana', label, file(mine))).toBe(value);
    expect(await openedBy('host-one', label, file(mine))).toBe('cannot: it is sealed to other keys');
    expect(file(mine)).not.toBe(before);
    expect([file('members/ada/secrets/token.yaml'), file('members/bob/secrets/token.yaml')]).toEqual([token, bobs]);
    as('bob', ['rotate', '--host', 'one']);
    expect(croft(['check'], directory)).toMatchObject({ status: 0 });
  });

  it("never seals another's text to whoever laid it among his own documents", () => {
    const { as, file, directory } = coop();
    as('ada', ['set', 'db-password', '--host', 'one'], value);
    mkdirSync(join(directory, 'desired-state/members/bob/secrets'));
    for (const path of ['members/bob/secrets/db-password.yaml', 'members/bob/secrets/another.yaml', 'members/ada/secrets/another.yaml']) writeFileSync(join(directory, 'desired-state', path), file(mine));
    const bobs = file('members/bob/secrets/db-password.yaml');
    const said = as('ada', ['rotate']);
    expect(said.status).toBe(3);
    for (const path of ['members/bob/secrets/db-password.yaml', 'members/bob/secrets/another.yaml']) {
      expect(said.stderr).toContain(`cannot open desired-state/${path}: it was sealed as another secret`);
      expect(file(path)).toBe(bobs);
    }
    expect(as('ada', ['rotate', 'another']).status).toBe(3);
    expect(said.stdout + said.stderr).not.toContain('staple');
  });

  it('with a name in any case, and with --new for a new value, for the hosts that it has', async () => {
    const { as, file } = coop();
    as('ada', ['set', 'db-password', '--host', 'two'], value);
    const before = file(mine);
    expect(as('ada', ['rotate', 'db-password']).status).toBe(0);
    expect(file(mine)).not.toBe(before);
    expect(await openedBy('host-two', label, file(mine))).toBe(value);
    expect(as('ada', ['rotate', 'db-password', '--new'], 'a new one\n').status).toBe(0);
    expect(await openedBy('host-two', label, file(mine))).toBe('a new one');
    expect(as('ada', ['rotate', 'no-such', '--new'], 'x').stderr).toContain('croft secret set no-such');
    expect(as('ada', ['rotate', 'no-such']).stderr).toContain('there is no such secret');
    expect(as('bob', ['rotate', 'db-password']).status).toBe(1);
  });

  it('with a locked key asks for its passphrase, and says what else it cannot use', async () => {
    const { as, file, directory } = coop();
    as('ada', ['set', 'db-password', '--host', 'one'], value);
    const key = join(directory, 'home-ada/.ssh/id_ed25519');
    expect(spawnSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', key]).status).toBe(0);
    expect(as('ada', ['rotate', 'db-password'], 'wrong\n').stderr).toContain('the passphrase is wrong');
    expect(as('ada', ['rotate', 'db-password'], 'open sesame\n')).toMatchObject({ status: 0 });
    expect(await openedBy('host-one', label, file(mine))).toBe(value);
    expect(as('ada', ['rotate', '--identity', 'no-such']).stderr).toContain('there is no such file');
    expect(as('ada', ['rotate', '--identity', 'home-ada/.ssh/id_ed25519.pub']).stderr).toContain('it is not a private key of OpenSSH');
  });
});

describe('croft secret list', () => {
  it('says the same to people and to programs, and no value', () => {
    const { as } = coop();
    expect(as('ada', ['list']).stdout).toBe('no secrets\n');
    as('ada', ['set', 'db-password', '--host', 'one', '--host', 'two'], value);
    as('dana', ['set', 'backup-key', '--coop', '--host', 'two'], value);
    expect(as('nobody', ['list']).stdout).toBe('the co-op  backup-key   for two; sealed to two and dana\nada        db-password  for one and two; sealed to one, two and ada\n');
    const facts = JSON.parse(as('nobody', ['list', '--format', 'json']).stdout) as unknown;
    const validate = new Ajv2020().compile(JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/output/secret.schema.json'), 'utf8')) as object);
    expect(validate(facts), JSON.stringify(validate.errors)).toBe(true);
    expect(facts).toMatchObject({ secrets: [{ owner: 'coop' }, { name: 'db-password', hosts: ['one', 'two'], sealedTo: ['one', 'two', 'ada'], missing: [], otherKeys: 0, stale: false }] });
    expect(as('nobody', ['list', '--member', 'ada']).stdout).not.toContain('backup-key');
  });
});

describe('elsewhere', () => {
  it('a value in the clear is refused, and never repeated', () => {
    const { directory } = coop();
    mkdirSync(join(directory, 'desired-state/members/ada/secrets'));
    for (const text of ['hosts: [one]\nsealed: hunter2\n', 'hosts: [one]\nsealed: 12345678\n', 'hosts: [one]\nsealed: |\n  hunter2\n', `hosts: [one]\nsealed: "${'hunter2'.repeat(9000)}"\n`]) {
      writeFileSync(join(directory, 'desired-state', mine), text);
      const said = croft(['check'], directory);
      expect(said.status).toBe(1);
      if (text.length < 60_000) expect(said.stdout).toContain('croft secret set');
      expect(said.stdout + said.stderr).not.toMatch(/hunter2|12345678/);
    }
  });

  it('croft new points to set', () => {
    const { directory } = coop();
    expect(croft(['new', 'secret', 'db-password'], directory).stderr).toContain('croft secret set db-password reads it');
    expect(existsSync(join(directory, 'desired-state', mine))).toBe(false);
  });

  it('the value is nowhere in the clear but in its file: not in what is printed, logged, recorded, nor in any other file of the host', async () => {
    const { as, file } = coop();
    as('ada', ['set', 'db-password', '--host', 'one'], value);
    const [first, second] = [file(mine), (as('ada', ['rotate', 'db-password', '--new'], `${value} two`), file(mine))];
    const host = join(on.directory, 'one');
    mkdirSync(join(host, 'etc/ssh'), { recursive: true, mode: 0o755 });
    copyFileSync(join(fixtures, 'host-one'), join(host, 'etc/ssh/ssh_host_ed25519_key'));
    chmodSync(join(host, 'etc/ssh/ssh_host_ed25519_key'), 0o600);
    const said: string[] = [];
    const say = (words: readonly string[], status: number): void => {
      const { stdout, stderr, status: ended } = spawnSync(process.execPath, [join(import.meta.dirname, '../../dist/croft.cjs'), ...words, ...on.where], {
        encoding: 'utf8', env: { ...process.env, JOURNAL_STREAM: '8:1', NODE_DEBUG: 'croft' },
      });
      expect(ended, `${words.join(' ')}\n${stdout}${stderr}`).toBe(status);
      said.push(stdout, stderr);
    };
    await on.commit({ 'hosts/one.yaml': file('hosts/one.yaml'), 'members/ada/member.yaml': file('members/ada/member.yaml'), [mine]: first });
    for (const words of [['plan'], ['plan', '--format', 'json'], ['reconcile'], ['reconcile', '--format', 'json'], ['why', 'db-password'], ['why', '/etc/croft-secrets/ada/db-password', '--format', 'json']]) say(words, 0);
    const target = join(host, 'etc/croft-secrets/ada/db-password');
    expect(readFileSync(target, 'utf8')).toBe(value);
    expect(statSync(target).mode & 0o777).toBe(0o440);
    await on.commit({ [mine]: second });
    for (const words of [['plan', '--diff'], ['plan', '--format', 'json']]) say(words, 0);
    chmodSync(target, 0o600);
    writeFileSync(target, `${value} by hand`);
    for (const words of [['drift'], ['drift', '--format', 'json'], ['plan', '--diff'], ['reconcile', '--format', 'json'], ['drift']]) say(words, 0);
    expect(readFileSync(target, 'utf8')).toBe(`${value} two`);
    await on.commit({ [mine]: second.replace(/.(?=.{4}=*\n {2}-----END)/, (character) => (character === 'A' ? 'B' : 'A')) });
    for (const [words, status] of [[['reconcile'], 3], [['reconcile', '--format', 'json'], 3], [['drift'], 0]] as const) say(words, status);
    expect(said.join('')).toContain('it is damaged, or was changed after it was sealed');
    expect(readFileSync(target, 'utf8')).toBe(`${value} two`);
    await on.commit({ [mine]: null });
    say(['reconcile'], 0);
    expect(existsSync(target)).toBe(false);
    expect(said.join('').length).toBeGreaterThan(2000);
    expect(said.join('')).not.toContain('staple');
    await on.commit({ [mine]: second });
    say(['reconcile'], 0);
    const holding = spawnSync('grep', ['-rl', 'staple', host], { encoding: 'utf8' }).stdout.trim().split('\n').map((path) => path.slice(host.length + 1));
    expect(holding).toEqual(['etc/croft-secrets/ada/db-password']);
  });
});
