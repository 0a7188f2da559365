import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { croft, files, stage, type Stage } from './croft.ts';

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => rmSync(on.directory, { recursive: true }));

/** A small co-op in a directory of its own, in the form of croft fmt. */
function coop(): string {
  const directory = mkdtempSync(join(on.directory, 'coop-'));
  files(directory);
  expect(croft(['fmt'], directory)).toMatchObject({ status: 0, stderr: '' });
  return directory;
}

const site = 'desired-state/members/ada/vhosts/blog.ada.example.yaml';
const text = (directory: string, path = site): string => readFileSync(join(directory, path), 'utf8');

describe('croft fmt', () => {
  it('formats what needs it, counts the rest, and a second time finds nothing', () => {
    const directory = coop();
    writeFileSync(join(directory, site), '# mine\nhttps: "off"\nstatic: {root: web/blog}   # files\n');
    const said = croft(['fmt'], directory);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toMatch(new RegExp(`^formatted ${site}\n[0-9]+ unchanged\n$`));
    expect(text(directory)).toBe("# mine\nstatic: { root: web/blog } # files\nhttps: 'off'\n");
    expect(croft(['fmt'], directory).stdout).toMatch(/^[0-9]+ unchanged\n$/);
    expect(croft(['check'], directory)).toMatchObject({ status: 0 });
  });

  it('repairs what check refuses and says that it would: byte order mark, carriage returns, tabs', () => {
    const directory = coop();
    writeFileSync(join(directory, site), '\ufeffstatic:\r\n\troot: web/blog\r\n');
    const refused = croft(['check'], directory);
    expect(refused.status).toBe(1);
    for (const code of ['byte-order-mark', 'carriage-return', 'tab']) expect(refused.stdout).toMatch(new RegExp(`croft fmt.*\\[yaml/${code}\\]`));
    expect(croft(['fmt'], directory)).toMatchObject({ status: 0, stderr: '' });
    expect(text(directory)).toBe('static:\n  root: web/blog\n');
    expect(croft(['check'], directory)).toMatchObject({ status: 0 });
  });

  it('with --check lists what would change, with status 2, and changes nothing', () => {
    const directory = coop();
    writeFileSync(join(directory, site), 'static: {root: web/blog}\n');
    const said = croft(['fmt', '--check'], directory);
    expect(said).toMatchObject({ status: 2, stderr: '' });
    expect(said.stdout).toContain(`would format ${site}\n`);
    expect(text(directory)).toBe('static: {root: web/blog}\n');
    expect(croft(['fmt'], directory).status).toBe(0);
    expect(croft(['fmt', '--check'], directory)).toMatchObject({ status: 0 });
  });

  it('adds the line for editors where the co-op has schemas', () => {
    const directory = coop();
    mkdirSync(join(directory, 'schemas'));
    writeFileSync(join(directory, 'schemas/vhost.schema.json'), '{}');
    expect(croft(['fmt'], directory)).toMatchObject({ status: 0 });
    expect(text(directory).split('\n')[0]).toBe('# yaml-language-server: $schema=../../../../schemas/vhost.schema.json');
    expect(text(directory, 'desired-state/cluster.yaml')).not.toContain('yaml-language-server');
  });

  it('takes the paths that are named, from where the caller stands', () => {
    const directory = coop();
    const other = 'desired-state/members/bob/vhosts/app.bob.example.yaml';
    for (const path of [site, other]) writeFileSync(join(directory, path), '"https":   "redirect"\n');
    const said = croft(['fmt', 'vhosts', 'vhosts/blog.ada.example.yaml'], join(directory, 'desired-state/members/ada'));
    expect(said).toMatchObject({ status: 0, stderr: '', stdout: 'formatted vhosts/blog.ada.example.yaml\n0 unchanged\n' });
    expect(text(directory)).toBe('https: redirect\n');
    expect(text(directory, other)).toBe('"https":   "redirect"\n');
  });

  it('leaves what it cannot read as it is, says why, and formats the others', () => {
    const directory = coop();
    writeFileSync(join(directory, site), 'static: [\n');
    writeFileSync(join(directory, 'desired-state/cluster.yaml'), text(directory, 'desired-state/cluster.yaml').replace('[dana]', '["dana"]'));
    const said = croft(['fmt'], directory);
    expect(said.status).toBe(1);
    expect(said.stderr).toMatch(new RegExp(`^${site}:2:1: cannot .*\\[yaml/syntax\\]`, 'm'));
    expect(said.stdout).toMatch(/^formatted desired-state\/cluster\.yaml\n[0-9]+ unchanged, 1 left as they are\n$/);
    expect(text(directory)).toBe('static: [\n');
  });

  it('keeps the mode, leaves nothing behind, and follows no link', () => {
    const directory = coop();
    const path = join(directory, site);
    writeFileSync(path, 'static: {root: web/blog}\n');
    chmodSync(path, 0o640);
    writeFileSync(join(directory, 'elsewhere.yaml'), 'static: {root: web/blog}\n');
    symlinkSync(join(directory, 'elsewhere.yaml'), join(directory, 'desired-state/members/ada/vhosts/www.ada.example.yaml'));
    const said = croft(['fmt'], directory);
    expect(said.status).toBe(1);
    expect(said.stderr).toContain('symbolic link');
    expect(lstatSync(path).mode & 0o777).toBe(0o640);
    expect(text(directory)).toBe('static: { root: web/blog }\n');
    expect(text(directory, 'elsewhere.yaml')).toBe('static: {root: web/blog}\n');
    expect(readdirSync(join(directory, 'desired-state/members/ada/vhosts')).sort()).toEqual(['blog.ada.example.yaml', 'www.ada.example.yaml']);
    expect(croft(['fmt', 'desired-state/members/ada/vhosts/www.ada.example.yaml'], directory).status).toBe(1);
  });

  it.each([
    ['a path that is not there', ['nowhere.yaml'], 'there is no such file'],
    ['a file that is no document', ['notes.txt'], 'it is no document of the co-op'],
  ])('refuses %s', (_, words, why) => {
    const directory = coop();
    writeFileSync(join(directory, 'notes.txt'), 'x\n');
    const said = croft(['fmt', ...words], directory);
    expect(said).toMatchObject({ status: 1, stdout: '' });
    expect(said.stderr).toContain(why);
  });

  it('says so where there is no co-op', () => {
    const directory = mkdtempSync(join(on.directory, 'empty-'));
    expect(croft(['fmt'], directory)).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot find a co-op') as string });
  });
});
