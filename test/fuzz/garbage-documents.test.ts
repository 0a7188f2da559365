import { examine } from '../../reconciler/desired/check.ts';
import { format } from '../../reconciler/desired/format.ts';
import { meaningOf } from '../../reconciler/desired/layout.ts';
import { parse } from '../../reconciler/desired/parse.ts';
import { readFile } from '../../reconciler/desired/read.ts';
import { publicKey } from '../../reconciler/desired/ssh-key.ts';
import { configOf } from '../../reconciler/commands/place.ts';
import { UsageError } from '../../reconciler/commands/command.ts';
import { parseGitConfig } from '../../reconciler/commands/git-config.ts';
import { hasUnseen } from '../../reconciler/model/grammar/characters.ts';
import type { Problem } from '../../reconciler/model/problem.ts';
import { documents, replaced } from '../attacks/plant.ts';
import { fuzz, fuzzSlowly } from './fuzz.ts';
import { garbledText, yamlish } from './garble.ts';
import { same } from './same.ts';
import { hostile } from './strings.ts';

const texts = [...documents.values()];
const paths = [...documents.keys()];

fuzz('whatever the bytes of a document are, they are a value, or problems with their places', {
  cases: 3_000,
  try: (dice) => {
    const path = dice.one(paths);
    const bytes = yamlish(dice, texts);
    const { value, problems } = parse({ path, bytes });
    if ((value === null) === (problems.length === 0)) throw new Error('neither a value nor a problem, or both');
    problems.forEach(placed);
    readFile({ path, bytes, oid: '' }).problems.forEach(placed);
  },
});

fuzz('croft fmt makes of any bytes problems, or a text that says the same and that it leaves as it is', {
  cases: 2_000,
  try: (dice) => {
    const path = dice.one(paths);
    const bytes = yamlish(dice, texts);
    const meaning = meaningOf(path.replace('desired-state/', ''));
    if (meaning.is !== 'document') throw new Error(`${path} is no document`);
    const form = { kind: meaning.kind, modeline: dice.chance(50) ? '# yaml-language-server: $schema=../x.json' : null };
    const { value: made, problems } = format({ path, bytes }, form);
    problems.forEach(placed);
    if (made === null) return;
    const again = format({ path, bytes: Buffer.from(made) }, form);
    same(again.value, made);
  },
});

fuzz('a co-op in which some documents are garbage is read as problems of these', {
  cases: 200,
  try: (dice) => {
    const changes = dice.several(3, () => [dice.one(paths), yamlish(dice, texts)] as const);
    const { problems } = examine(replaced(changes));
    problems.forEach(placed);
  },
});

fuzzSlowly('a host\'s own configuration is read, or is said to be wrong', {
  cases: 3_000,
  try: async (dice) => {
    const text = 'host: main\nremotes: [ssh://git@one.meadow.example/coop.git, /srv/coop.git]\nbranch: main\ntrusted: 0123456789012345678901234567890123456789\n';
    try {
      await configOf(dice.chance(60) ? garbledText(dice, text) : Buffer.from(yamlish(dice, [text])).toString('utf8'));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  },
});

fuzz('a line that should be a public key is one, or is said not to be', {
  cases: 20_000,
  try: (dice) => {
    const line = texts.join('\n').match(/ssh-ed25519 \S+ \w+/)?.[0] ?? '';
    publicKey(dice.chance(50) ? garbledText(dice, line) : hostile(dice, line, []), dice.one(['login']));
    parseGitConfig(garbledText(dice, '[user]\n\tname = Ada\n[gpg "ssh"] allowedSignersFile = ~/x ; c\n[remote "origin"]\n\turl = "a b" \\\n c\n'));
  },
});

function placed({ source: { file, line, column }, code, message, hint = '' }: Problem): void {
  const isPlaced = file.startsWith('desired-state') && Number.isInteger(line) && line > 0 && Number.isInteger(column) && column > 0 && /^[a-z]+\/[a-z0-9-]+$/.test(code);
  if (!isPlaced || hasUnseen(`${message}${hint}`) || /[\n\t]/.test(`${message}${hint}`)) throw new Error(`a problem that cannot be shown: ${JSON.stringify({ file, line, column, code, message, hint })}`);
}
