import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git } from '../unit/git/fixture.ts';
import { facts, signed, type Signed } from './signed.ts';

let coop: Signed;
beforeAll(async () => {
  coop = await signed();
});
afterAll(() => coop.remove());

const approve = 'git commit --allow-empty -S -m "approve" --trailer "Approves: <commit>"';
const site = 'desired-state/members/ada/vhosts/blog.ada.example.yaml';

describe('croft can WHO PATH', () => {
  it.each<{ readonly name: string; readonly words: readonly string[]; readonly status: number; readonly says: readonly string[] }>([
    { name: 'lets a member change what is hers', words: ['ada', site], status: 0, says: [`yes: ${site} is ada's own, green: a commit signed by her is enough\n  git commit -S\n`] },
    { name: 'says of single fields what they take', words: ['ada', 'members/ada/member.yaml'], status: 3, says: ["yes, but not every field: desired-state/members/ada/member.yaml is ada's own, green; uid, limits and signing-keys take 2 admins (red), state, domains and ports take one admin (amber)\n", 'to retire her takes 2 admins (red)\n', `for those fields ask dana and judy, to look at your commit and approve it: ${approve}`] },
    { name: 'keeps from an admin alone what takes two', words: ['dana', 'members/ada/member.yaml'], status: 3, says: ["is ada's, green; uid, limits and signing-keys take 2 admins (red)\n", 'ask judy'] },
    { name: 'lets an admin change what is green or amber', words: ['dana', 'desired-state/coop/zones/meadow.example.yaml'], status: 0, says: ["is the co-op's, amber: a commit signed by one admin is enough, and dana is one"] },
    { name: 'lets an admin change what members have', words: ['dana', site], status: 0, says: ["is ada's, green: a commit signed by one admin is enough"] },
    { name: 'says whose it is, and who may', words: ['ada', 'members/dana/README.md'], status: 3, says: ["no: desired-state/members/dana/README.md is dana's, green: an admin (dana, judy) may\n  ask dana or judy"] },
    { name: 'names the owner before the admins', words: ['bob', 'members/ada/README.md'], status: 3, says: ["no: desired-state/members/ada/README.md is ada's, green: ada, or an admin (dana, judy), may\n  ask ada, dana or judy"] },
    { name: 'asks for two where it takes two', words: ['ada', 'cluster.yaml'], status: 3, says: ["no: desired-state/cluster.yaml is the co-op's, red: 2 admins (dana, judy) may\n  ask dana and judy"] },
    { name: 'lets no admin change that alone', words: ['dana', 'cluster.yaml'], status: 3, says: ['no, not alone: desired-state/cluster.yaml is', 'it takes 2 admins (dana, judy)\n  ask judy,'] },
    { name: 'tells who has no key to ask for one', words: ['bob', 'members/bob/vhosts/app.bob.example.yaml'], status: 3, says: ['no, not yet: ', 'but no signing key of bob is good; 2 admins (dana, judy) can give one\n  croft whoami'] },
    { name: 'lets nobody sign who is suspended', words: ['carol', 'members/carol/README.md'], status: 3, says: ['no: carol is not active, and signs nothing; '] },
    { name: 'takes a new member for what two admins decide on', words: ['ada', 'members/erin/member.yaml'], status: 3, says: ["is erin's, red: 2 admins (dana, judy) may"] },
    { name: 'says that mail that goes away takes more', words: ['ada', 'members/ada/mailboxes/ada.example.yaml'], status: 0, says: ['to take a mailbox away takes 2 admins (red), to forward mail outside the co-op one admin (amber)'] },
    { name: 'knows code from documents', words: ['ada', 'hooks/pre-receive'], status: 3, says: ["no: hooks/pre-receive is the co-op's, red"] },
    { name: 'finds a slip in a path', words: ['ada', 'members/ada/vhost/x.yaml'], status: 3, says: ['no document has this path – did you mean `vhosts`?'] },
  ])('$name', ({ words, status, says }) => {
    const said = coop.croft(['can', ...words]);
    expect(said).toMatchObject({ status, stderr: '' });
    for (const part of says) expect(said.stdout).toContain(part);
  });

  it.each<{ readonly name: string; readonly thing: string; readonly below?: string; readonly paths: readonly string[] }>([
    { name: 'a path from the top', thing: site, paths: [site] },
    { name: 'the same without desired-state/', thing: 'members/ada/vhosts/blog.ada.example.yaml', paths: [site] },
    { name: 'a path from where one stands', thing: 'vhosts/blog.ada.example.yaml', below: 'desired-state/members/ada', paths: [site] },
    { name: 'a path from the top while one stands below', thing: site, below: 'desired-state/members/ada', paths: [site] },
    { name: 'one that is not there yet, from where one stands', thing: 'vhosts/new.ada.example.yaml', below: 'desired-state/members/ada', paths: ['desired-state/members/ada/vhosts/new.ada.example.yaml'] },
    { name: 'a path upwards', thing: '../bob/member.yaml', below: 'desired-state/members/ada', paths: ['desired-state/members/bob/member.yaml'] },
    { name: 'a file at the top that is not there yet', thing: 'README.md', paths: ['README.md'] },
    { name: 'a member', thing: 'bob', paths: ['desired-state/members/bob/member.yaml'] },
    { name: 'a site', thing: 'blog.ada.example', paths: [site] },
    { name: 'a domain with all that is declared of it', thing: 'ada.example', paths: ['desired-state/members/ada/zones/ada.example.yaml', 'desired-state/members/ada/mailboxes/ada.example.yaml'] },
    { name: 'a name below somebody’s domain, where its site would be', thing: 'new.bob.example', paths: ['desired-state/members/bob/vhosts/new.bob.example.yaml'] },
    { name: 'a directory with what is in it', thing: 'members/bob/', paths: ['member.yaml', 'vhosts/app.bob.example.yaml', 'zones/bob.example.yaml'].map((path) => `desired-state/members/bob/${path}`) },
  ])('understands $name', ({ thing, below = '', paths }) => {
    const found = facts(coop.croft(['can', 'ada', thing, '--format', 'json'], below), 'can');
    expect(found).toMatchObject({ who: 'ada', trust: true, commit: coop.git('rev-parse', 'main'), answers: paths.map((path) => ({ path })) });
  });

  it.each([
    [['can', 'adda', site], 'cannot say what adda may change: there is no such member – did you mean `ada`?'], [['can', 'ada', '../elsewhere'], 'it is outside the repository'],
    [['can', 'ada', '/etc/passwd'], 'it is outside the repository'], [['can', 'ada', 'elsewhere.example'], 'nobody has a domain of that name'], [['can'], 'give WHO and one PATH'],
    [['can', 'a', 'b', 'c'], 'give WHO and one PATH'], [['can', 'ada', site, '--rev', 'nowhere'], 'cannot find "nowhere"'],
  ])('%j is refused', (words, why) => {
    const said = coop.croft(words);
    expect(said).toMatchObject({ status: 1, stdout: '' });
    expect(said.stderr).toContain(why);
  });

  it('prints nothing that acts on a terminal, whatever it is asked', () => {
    for (const words of [['ada', 'members/ada/\u001b[2J'], ['\u001b]0;x\u0007', site]]) {
      const said = coop.croft(['can', ...words]);
      expect(`${said.stdout}${said.stderr}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }
  });
});

describe('croft can PATH', () => {
  it('says who may change it', () => {
    expect(coop.croft(['can', site])).toMatchObject({ status: 0, stdout: `${site} is ada's, green: ada, or an admin (dana, judy), may change it\n` });
    expect(facts(coop.croft(['can', 'cluster.yaml', '--format', 'json']), 'can')).toMatchObject({ who: null, answers: [{ owner: 'coop', verdict: null, risk: 'red', kept: [], approvers: { needed: 2, of: ['dana', 'judy'] } }] });
    expect(coop.croft(['can', 'ada']).stdout).toContain('may change it; uid, limits and signing-keys take 2 admins (red), state, domains and ports take one admin (amber)\n');
  });

  it('judges by the rules of main, or of the commit that was asked for', () => {
    coop.git('checkout', '-q', '-b', 'coup');
    coop.commit({ 'cluster.yaml': coop.text('cluster.yaml').replace('[dana, judy]', '[dana, judy, ada]') }, 'ada makes herself an admin');
    try {
      expect(coop.croft(['can', 'ada', 'hosts/one.yaml']).stdout).toContain('red: 2 admins (dana, judy) may');
      expect(coop.croft(['can', 'ada', 'hosts/one.yaml', '--rev', 'coup']).stdout).toContain('no, not alone');
    } finally {
      coop.git('checkout', '-q', 'main');
    }
  });

  it('answers of a bare repository too', () => {
    const bare = `${coop.directory}.git`;
    git(coop.directory, ['clone', '-q', '--bare', '.', bare]);
    expect(coop.croft(['can', 'ada', site, '--repo', bare])).toMatchObject({ status: 0, stderr: '' });
  });

  it('says first that trust is off, and then what would hold', () => {
    coop.git('checkout', '-q', '-b', 'trusting');
    coop.commit({ 'cluster.yaml': coop.text('cluster.yaml').replace(/trust:[^]*/, '') });
    coop.git('checkout', '-q', 'main');
    const said = coop.croft(['can', 'ada', 'cluster.yaml', '--rev', 'trusting']);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toMatch(/^trust is off: whoever may push may change anything\n.*\nno: desired-state\/cluster\.yaml is the co-op's, red: 2 admins \(dana, judy\) may/);
    expect(facts(coop.croft(['can', 'bob', 'members/bob/README.md', '--rev', 'trusting', '--format', 'json']), 'can')).toMatchObject({ trust: false, answers: [{ verdict: 'yes' }] });
  });
});
