import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proofIn, proofRecord, proofToken, type Proof } from '../../reconciler/authority/proof.ts';
import { textsAt, type Texts } from '../../reconciler/commands/proof-lookup.ts';
import type { Said } from './croft.ts';
import { nameServer, type Reply } from './name-server.ts';
import { signed, type Signed } from './signed.ts';

const claim = { coop: 'meadow.example', member: 'ada', domain: 'ada.example' };
const { name, text } = proofRecord(claim);
const bobs = proofRecord({ ...claim, member: 'bob' }).text;

describe('the token of a claim', () => {
  it('is worked out from what everybody knows, the same for ever', () => {
    expect(proofToken(claim)).toBe('996b650a33eaf34c1acb4f7e917cc906');
    expect(proofRecord(claim)).toEqual({ name: '_croft-challenge.ada.example', text: 'croft=996b650a33eaf34c1acb4f7e917cc906' });
  });

  it('is another one for another member, domain or co-op, also where they run together', () => {
    const others = [{ ...claim, member: 'bob' }, { ...claim, domain: 'a.example' }, { ...claim, coop: 'other.example' }, { coop: 'meadow.exampl', member: 'eada', domain: 'ada.example' }];
    expect(new Set([claim, ...others].map(proofToken)).size).toBe(5);
  });

  it.each<{ readonly name: string; readonly texts: readonly string[]; readonly expected: Proof }>([
    { name: 'hers among others', texts: ['v=spf1 -all', bobs, text], expected: { is: 'proven' } },
    { name: 'nothing', texts: [], expected: { is: 'not found' } },
    { name: 'something like it', texts: [`${text}0`, text.toUpperCase(), `x${text}`, 'croft='], expected: { is: 'not found' } },
    { name: 'another member’s', texts: [bobs], expected: { is: "another's", member: 'bob' } },
    { name: 'one of another co-op', texts: [proofRecord({ ...claim, coop: 'other.example' }).text], expected: { is: "another's", member: null } },
    { name: 'hers behind more than anybody publishes', texts: [...Array.from({ length: 100 }, () => 'x'), text], expected: { is: 'not found' } },
  ])('proves by $name: $expected', ({ texts, expected }) => {
    expect(proofIn(texts, claim, ['ada', 'bob'])).toEqual(expected);
  });
});

describe('looking up', () => {
  const cases: readonly { readonly name: string; readonly reply: Reply; readonly expected: Texts | 'no answer' }[] = [
    { name: 'reads one text', reply: [[text]], expected: { ok: true, texts: [text] } },
    { name: 'joins the strings of a text', reply: [[text.slice(0, 10), text.slice(10)], ['another']], expected: { ok: true, texts: [text, 'another'] } },
    { name: 'reads what is no text as it is', reply: [['\u001b[2J\u00ff']], expected: { ok: true, texts: [expect.any(String) as string] } },
    { name: 'takes a name that is not there for an answer', reply: 'nxdomain', expected: { ok: true, texts: [] } },
    { name: 'takes a name without texts for an answer', reply: [], expected: { ok: true, texts: [] } },
    { name: 'hears a refusal', reply: 'refused', expected: 'no answer' },
    { name: 'waits no longer than it is told for silence', reply: 'silence', expected: 'no answer' },
    { name: 'believes no answer to another question', reply: 'another id', expected: 'no answer' },
    { name: 'believes no answer about another name', reply: 'another name', expected: 'no answer' },
    { name: 'is not upset by garbage', reply: 'garbage', expected: 'no answer' },
    { name: 'is not upset by half an answer', reply: 'cut off', expected: 'no answer' },
  ];
  it.each(cases)('$name', async ({ reply, expected }) => {
    const server = await nameServer(new Map([[name, reply]]));
    const found = await textsAt(name, claim.domain, { resolver: server.address, patience: 300 });
    expect(server.asked).toContain(name);
    if (expected === 'no answer') expect(found).toEqual({ ok: false, why: expect.stringMatching(/^(?:nobody|the|there) /) as string });
    else expect(found).toEqual(expected);
  });

  it('survives an answer larger than any, and finds no proof in it', async () => {
    const server = await nameServer(new Map([[name, 'huge']]));
    const found = await textsAt(name, claim.domain, { resolver: server.address, patience: 300 });
    expect(found.ok ? proofIn(found.texts, claim, ['ada']) : { is: 'not found' }).toEqual({ is: 'not found' });
  });

  it('ends at the deadline', async () => {
    const server = await nameServer(new Map([[name, 'silence']]));
    const found = await textsAt(name, claim.domain, { resolver: server.address, patience: 60_000, deadline: AbortSignal.timeout(100) });
    expect(found).toEqual({ ok: false, why: 'there was no time left' });
  });
});

describe('croft prove', () => {
  let coop: Signed;
  beforeAll(async () => {
    coop = await signed();
  });
  afterAll(() => coop.remove());

  /** The name server is in this process, so it must not stand still while croft asks it. */
  async function croft(...words: readonly string[]): Promise<Said> {
    return new Promise((resolve) => {
      const child = execFile(process.execPath, [join(import.meta.dirname, '../../dist/croft.cjs'), ...words], { cwd: coop.directory }, (_, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }));
    });
  }

  it('prints the record to publish, however the domain is written', async () => {
    expect(await croft('prove', 'Ada.Example.', '--member', 'ada')).toEqual({ status: 0, stderr: '', stdout: `${name}. IN TXT "${text}"\n` });
    expect((await croft('prove', 'bücher.example', '--member', 'ada')).stdout).toMatch(/^_croft-challenge\.xn--bcher-kva\.example\. IN TXT/);
  });

  it.each<{ readonly name: string; readonly reply: Reply; readonly status: number; readonly says: string }>([
    { name: 'finds it', reply: [[text.slice(0, 3), text.slice(3)], ['v=spf1 -all']], status: 0, says: "proven: ada.example is ada's\n" },
    { name: 'does not find it, and says what to publish', reply: 'nxdomain', status: 3, says: `not found: nothing at ${name} says that it is ada's\nto prove it, publish  ${name}. IN TXT "${text}"\n` },
    { name: 'finds another member’s', reply: [[bobs]], status: 3, says: `another's: the token at ${name} is bob's, not ada's\n` },
  ])('--lookup $name', async ({ reply, status, says }) => {
    const server = await nameServer(new Map([[name, reply]]));
    const said = await croft('prove', 'ada.example', '--member', 'ada', '--lookup', '--resolver', server.address);
    expect(said).toMatchObject({ status, stderr: '' });
    expect(said.stdout).toContain(says);
  });

  it('--lookup says when nobody could tell', async () => {
    const server = await nameServer(new Map([[name, 'refused']]));
    expect(await croft('prove', 'ada.example', '--member', 'ada', '--lookup', '--resolver', server.address)).toEqual({ status: 1, stdout: '', stderr: `croft: cannot look up ${name}: the server refuses to answer\n` });
  });

  it.each<{ readonly words: readonly string[]; readonly why: string }>([
    { words: ['ada.example'], why: 'give one DOMAIN and --member NAME' }, { words: ['--member', 'ada'], why: 'give one DOMAIN' }, { words: ['ada', '--member', 'ada'], why: 'it is no full domain name' },
    { words: ['x.meadow.example', '--member', 'ada'], why: "what is below meadow.example is the co-op's own" }, { words: ['ada.example', '--member', 'A/da'], why: 'it is no account name' },
    { words: ['ada.example', '--member', 'ada', '--resolver', '127.0.0.1'], why: 'cannot use --resolver without --lookup' },
    { words: ['ada.example', '--member', 'ada', '--lookup', '--resolver', 'ns.example'], why: 'cannot use --resolver `ns.example`' },
  ])('refuses $words', async ({ words, why }) => {
    const said = await croft('prove', ...words);
    expect(said).toMatchObject({ status: 1, stdout: '' });
    expect(said.stderr).toContain(why);
  });

  it('helps somebody who is no member yet, and says so', async () => {
    expect(await croft('prove', 'erin.example', '--member', 'adda')).toMatchObject({ status: 0, stderr: 'croft: there is no member adda yet – did you mean `ada`?\n' });
  });

  it('check --proofs lists what nothing proves, and leaves the exit status alone unless it is strict', async () => {
    const server = await nameServer(new Map<string, Reply>([[name, [[text]]]]));
    const said = await croft('check', '--proofs', '--resolver', server.address);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toContain("\nnote: bob.example: not found: nothing at _croft-challenge.bob.example says that it is bob's\n1 of 2 domains proven\n");
    expect(await croft('check', '--proofs', '--strict', '--resolver', server.address)).toMatchObject({ status: 1 });
    const json = await croft('check', '--proofs', '--format', 'json', '--resolver', server.address);
    expect(JSON.parse(json.stdout)).toEqual({ problems: [] });
    expect(json.stderr).toContain('note: bob.example');
    expect(await croft('check', '--proofs', '--base', 'nowhere', '--resolver', server.address)).toMatchObject({ status: 1, stdout: '' });
    expect(await croft('check', '--strict')).toMatchObject({ status: 1, stderr: 'croft: cannot use --strict without --proofs\n' });
  });

  it('check --proofs --base asks only about what is new', async () => {
    const server = await nameServer(new Map<string, Reply>());
    coop.commit({ 'members/bob/member.yaml': coop.text('members/bob/member.yaml').replace('[bob.example]', '[bob.example, new.example, x.meadow.example]') });
    const said = await croft('check', '--proofs', '--base', coop.git('rev-parse', 'main~1'), '--resolver', server.address);
    expect(said.stdout).toContain("note: new.example: not found");
    expect(said.stdout).toContain('0 of 1 domain proven');
    expect([...new Set(server.asked)]).toEqual(['_croft-challenge.new.example']);
    expect((await croft('check', '--proofs', '--base', 'main', '--resolver', server.address)).stdout).toContain('no domain to be proven');
  });

  it('check --proofs asks many at once, and no more than it may', async () => {
    const domains = Array.from({ length: 60 }, (_, index) => `d${index}.example`);
    const server = await nameServer(new Map<string, Reply>());
    coop.commit({ 'members/bob/member.yaml': coop.text('members/bob/member.yaml').replace(/domains: .*/, `domains: [bob.example, ${domains.join(', ')}]`) });
    const said = await croft('check', '--proofs', '--base', coop.git('rev-parse', 'main~2'), '--resolver', server.address);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toContain('0 of 60 domains proven');
    expect(new Set(server.asked).size).toBe(60);
  });
});
