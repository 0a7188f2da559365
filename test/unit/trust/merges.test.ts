import { afterAll, describe } from 'vitest';
import { own, play, type Case } from './case.ts';
import { at, removeAll, type Changes, type Coop } from './coop.ts';

afterAll(removeAll);

const adas = 'members/ada/README.md';
const bobs = 'members/bob/README.md';
const carols = 'members/carol/THIRD.md';
const news = 'members/ada/NEWS.md';

/** A commit by somebody, of one text at one place. */
function by(coop: Coop, on: string, [who, path, text]: readonly [string | null, string, string | null]): string {
  return coop.commit(on, { ...(who !== null && { by: who }), changes: own(path, text) });
}

function also(path: string, text: string): Changes {
  return own(path, text);
}

const merges: readonly Case[] = [
  { name: 'a forge merges ada\'s signed branch', play: (coop, on) => coop.merge([by(coop, on, ['bob', bobs, 'main\n']), by(coop, on, ['ada', adas, 'branch\n'])], { by: 'forge' }), force: { [adas]: 'branch\n', [bobs]: 'main\n' } },
  { name: 'a forge merges ada\'s branch of three commits, of which the last counts', play: (coop, on) => coop.merge([on, by(coop, by(coop, by(coop, on, ['ada', adas, '1\n']), ['ada', adas, '2\n']), ['ada', adas, '3\n'])], { by: 'forge' }), force: { [adas]: '3\n' } },
  { name: 'a forge merges a branch that nobody signed', play: (coop, on) => coop.merge([on, by(coop, on, [null, adas, 'x\n'])], { by: 'forge' }), refused: { [adas]: 'authority/unsigned' }, stays: [adas] },
  { name: 'nobody signs the merge of ada\'s signed branch', play: (coop, on) => coop.merge([on, by(coop, on, ['ada', adas, 'x\n'])], {}), refused: { [adas]: 'authority/unsigned' }, stays: [adas] },
  { name: 'a stolen forge key squashes a change into one commit', play: (coop, on) => coop.commit(on, { by: 'forge', changes: own(adas, 'x\n') }), refused: { [adas]: 'authority/bad-signature' }, stays: [adas] },
  { name: 'a stolen forge key names an old commit of the branch as what it merges', play: (coop, on) => coop.commit([on, coop.first], { by: 'forge', changes: own(adas, 'x\n') }), refused: { [adas]: 'authority/unsigned' }, stays: [adas] },
  { name: 'a stolen forge key names the branch itself twice as parent', play: (coop, on) => coop.commit([on, on], { by: 'forge', changes: own(adas, 'x\n') }), refused: { [adas]: 'authority/bad-signature' }, stays: [adas] },
  { name: 'a forge merges ada\'s branch and adds what no side has', play: (coop, on) => coop.commit([on, by(coop, on, ['ada', adas, 'branch\n'])], { by: 'forge', changes: { ...own(adas, 'branch\n'), ...also(bobs, 'extra\n') } }), refused: { [bobs]: 'authority/unsigned' }, force: { [adas]: 'branch\n' }, stays: [bobs] },
  { name: 'a forge merges ada\'s branch and writes her file anew', play: (coop, on) => coop.commit([on, by(coop, on, ['ada', adas, 'branch\n'])], { by: 'forge', changes: own(adas, 'other\n') }), refused: { [adas]: 'authority/unsigned' }, stays: [adas] },
  { name: 'a forge that puts two texts of ada\'s together writes what nobody signed', play: (coop, on) => coop.commit([by(coop, on, ['ada', adas, 'one\n']), by(coop, on, ['ada', adas, 'two\n'])], { by: 'forge', changes: own(adas, 'one\ntwo\n') }), refused: { [adas]: 'authority/unsigned' }, force: { [adas]: 'one\n' } },
  { name: 'ada puts the two texts together herself', play: (coop, on) => coop.commit([by(coop, on, ['ada', adas, 'one\n']), by(coop, on, ['ada', adas, 'two\n'])], { by: 'ada', changes: own(adas, 'one\ntwo\n') }), force: { [adas]: 'one\ntwo\n' } },
  { name: 'ada merges bob\'s signed branch', play: (coop, on) => coop.merge([on, by(coop, on, ['bob', bobs, 'branch\n'])], { by: 'ada' }), force: { [bobs]: 'branch\n' } },
  { name: 'ada merges bob\'s branch and changes a file of bob\'s in the merge', play: (coop, on) => coop.commit([on, by(coop, on, ['bob', bobs, 'branch\n'])], { by: 'ada', changes: own(bobs, 'evil\n') }), refused: { [bobs]: 'authority/foreign' }, stays: [bobs] },
  ...(['ada', 'forge', null] as const).map((who): Case => ({
    name: `a merge ${who === null ? 'that nobody signs' : `by ${who}`} whose tree is that of an old branch undoes nothing of bob's on main`,
    play: (coop, on) => {
      const side = by(coop, on, ['ada', adas, 'branch\n']);
      return coop.commit([by(coop, on, ['bob', bobs, 'main\n']), side], { ...(who !== null && { by: who }), files: coop.files(side) });
    },
    refused: who === null ? { [adas]: 'authority/unsigned', [bobs]: 'authority/unsigned' } : { [bobs]: who === 'ada' ? 'authority/foreign' : 'authority/unsigned' },
    force: { [bobs]: 'main\n', ...(who !== null && { [adas]: 'branch\n' }) },
  })),
  { name: 'an octopus of three signed branches', play: (coop, on) => coop.merge([on, by(coop, on, ['ada', adas, '1\n']), by(coop, on, ['bob', bobs, '2\n']), by(coop, on, ['carol', carols, '3\n'])], { by: 'forge' }), force: { [adas]: '1\n', [bobs]: '2\n', [carols]: '3\n' } },
  { name: 'an octopus of which one branch is not signed', play: (coop, on) => coop.merge([on, by(coop, on, ['ada', adas, '1\n']), by(coop, on, [null, bobs, '2\n']), by(coop, on, ['carol', carols, '3\n'])], { by: 'forge' }), refused: { [bobs]: 'authority/unsigned' }, force: { [adas]: '1\n', [carols]: '3\n' }, stays: [bobs] },
  { name: 'ada merges main into her branch and pushes that', play: (coop, on) => coop.merge([by(coop, on, ['ada', adas, 'hers\n']), by(coop, on, ['bob', bobs, 'main\n'])], { by: 'ada' }), force: { [adas]: 'hers\n', [bobs]: 'main\n' } },
  { name: 'ada merges main into her branch, throws bob\'s change on main away and pushes that', play: (coop, on) => { const mine = by(coop, on, ['ada', adas, 'hers\n']); return coop.commit([mine, by(coop, on, ['bob', bobs, 'main\n'])], { by: 'ada', files: coop.files(mine) }); }, withoutCarol: true, refused: {}, force: { [adas]: 'hers\n' } },
  { name: 'a forge merges ada\'s branch, into which she had merged main', play: (coop, on) => { const main = by(coop, on, ['bob', bobs, 'main\n']); return coop.merge([by(coop, main, ['carol', carols, 'x\n']), by(coop, coop.merge([by(coop, on, ['ada', adas, '1\n']), main], { by: 'ada' }), ['ada', adas, '2\n'])], { by: 'forge' }); }, force: { [adas]: '2\n', [bobs]: 'main\n', [carols]: 'x\n' } },
  { name: 'ada\'s branch holds a commit of bob\'s and one that nobody signed', play: (coop, on) => coop.merge([on, by(coop, by(coop, by(coop, on, ['bob', bobs, 'b\n']), [null, carols, 'c\n']), ['ada', adas, 'a\n'])], { by: 'forge' }), refused: { [carols]: 'authority/unsigned' }, force: { [adas]: 'a\n', [bobs]: 'b\n' } },
  { name: 'what nobody signed on a branch, signed by its owner later on it', play: (coop, on) => coop.merge([on, by(coop, by(coop, on, [null, adas, 'x\n']), ['ada', adas, 'y\n'])], { by: 'forge' }), force: { [adas]: 'y\n' } },
  { name: 'a branch of ada\'s that began before she changed the same file', play: (coop, on) => { const side = by(coop, on, ['ada', adas, 'old\n']); return coop.commit([by(coop, on, ['ada', adas, 'new\n']), side], { by: 'forge', files: coop.files(side) }); }, refused: { [adas]: 'authority/unsigned' }, force: { [adas]: 'new\n' } },
  { name: 'ada\'s branch that was merged once is merged again after she reverted it', play: (coop, on) => { const side = by(coop, on, ['ada', news, 'x\n']); return coop.commit([by(coop, coop.merge([on, side], { by: 'forge' }), ['ada', news, null]), side], { by: 'forge', changes: own(news, 'x\n') }); }, refused: { [news]: 'authority/unsigned' }, force: { [news]: null } },
  { name: 'a commit of ada\'s that she replaced by another one before it was merged is brought after she reverted that', play: (coop, on) => { const [draft, better] = [by(coop, on, ['ada', news, 'x\n']), coop.commit(on, { by: 'ada', changes: own(news, 'x\n'), message: 'better said' })]; return coop.commit([by(coop, coop.merge([on, better], { by: 'forge' }), ['ada', news, null]), draft], { by: 'forge', changes: own(news, 'x\n') }); }, refused: { [news]: 'authority/unsigned' }, force: { [news]: null } },
  { name: 'bob brings an old branch of ada\'s after she changed the file and changed it back', play: (coop, on) => coop.merge([by(coop, by(coop, on, ['ada', adas, 'new\n']), ['ada', adas, 'I am ada\n']), by(coop, on, ['ada', adas, 'draft\n'])], { by: 'bob' }), refused: { [adas]: 'authority/foreign' }, force: { [adas]: 'I am ada\n' } },
  { name: 'criss-cross: two branches that merged each other', play: (coop, on) => { const [a, b] = [by(coop, on, ['ada', adas, 'a\n']), by(coop, on, ['bob', bobs, 'b\n'])]; const [ab, ba] = [coop.merge([a, b], { by: 'ada' }), coop.merge([b, a], { by: 'bob', message: 'the other way' })]; return coop.merge([ab, by(coop, ba, ['bob', bobs, 'b2\n'])], { by: 'forge' }); }, force: { [adas]: 'a\n', [bobs]: 'b2\n' } },
  { name: 'a branch of another history brings nothing, whoever signed it there', play: (coop, on) => { const other = coop.commit([], { by: 'ada', files: new Map([[at(adas), { mode: '100644', oid: coop.blob('other\n') }], [at(news), { mode: '100644', oid: coop.blob('new\n') }], [at(bobs), { mode: '100644', oid: coop.blob('evil\n') }]]) }); return coop.commit([on, other], { by: 'forge', changes: { ...own(adas, 'other\n'), ...own(news, 'new\n'), ...own(bobs, 'evil\n') } }); }, refused: { [news]: 'authority/unsigned', [adas]: 'authority/unsigned', [bobs]: 'authority/unsigned' }, stays: [adas, bobs] },
  { name: 'ada reverts what a stranger did to her file, and her hold is over', play: (coop, on) => by(coop, by(coop, on, ['bob', adas, 'evil\n']), ['ada', adas, 'I am ada\n']), stays: [adas] },
  { name: 'anybody reverts what was refused, and the hold is over', play: (coop, on) => by(coop, by(coop, on, ['bob', adas, 'evil\n']), [null, adas, 'I am ada\n']), stays: [adas] },
  { name: 'the next commits keep what was refused out', play: (coop, on) => by(coop, by(coop, by(coop, on, ['bob', adas, 'evil\n']), ['bob', bobs, '1\n']), ['ada', news, '2\n']), refused: { [adas]: 'authority/foreign' }, force: { [bobs]: '1\n', [news]: '2\n' }, stays: [adas] },
  { name: 'a stranger\'s file in ada\'s directory does not keep what she changes elsewhere there from being in force', play: (coop, on) => coop.commit(by(coop, on, ['bob', 'members/ada/vhosts/evil.ada.example.yaml', 'static:\n  root: x\n']), { by: 'ada', changes: { ...own(news, 'n\n'), ...own(adas, 'r\n') } }), refused: { 'members/ada/vhosts/evil.ada.example.yaml': 'authority/foreign' }, force: { [news]: 'n\n', [adas]: 'r\n' } },
  { name: 'ada signs what a stranger wrote in her directory by changing it', play: (coop, on) => by(coop, by(coop, on, ['bob', news, 'bob\n']), ['ada', news, 'ada\n']), force: { [news]: 'ada\n' } },
  { name: 'a stranger changes again what waits for the second admin, and the first signature is gone', play: (coop, on) => { const code = coop.commit(on, { by: 'dana', changes: { 'run.sh': 'good\n' } }); const worse = coop.commit(code, { by: 'ada', changes: { 'run.sh': 'evil\n' } }); return coop.commit(worse, { by: 'judy', message: `yes\n\nApproves: ${code}` }); }, refused: { '/run.sh': 'authority/needs-admins' }, force: { '/run.sh': null } },
];

describe('merges and what came before:', () => {
  play(merges);
});
