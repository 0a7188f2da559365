// Puts the bundle's chunks into a few texts, of which a run reads those that it needs (bin/croft.cjs): what the edge needs; what the
// commands of a timer need while nothing is to be done; what --root, config.yaml, the journal, git's packs and ssh need, each where there is some;
// what tells the others needs, and what a change does; the rest, all at once. Of a CommonJS package that is imported where it is needed there is only `default`.
import { transform } from 'esbuild';

/** For each text but the last, what begins in it: with all that this imports, and no text before has. */
const groups = [
  ['reconciler/main.ts'],
  ['reconciler/commands/reconcile.ts', 'reconciler/commands/compile.ts', 'reconciler/commands/halves/answer.ts', 'reconciler/git/http-client.ts'],
  ['reconciler/machines/rooted.ts'],
  ['reconciler/desired/parse.ts'],
  ['node_modules/pino/pino.js'],
  ['node_modules/isomorphic-git/index.cjs'],
  ['node_modules/ssh2/lib/index.js'],
  ['reconciler/commands/tell-others.ts', 'reconciler/commands/halves/tell-others.ts', 'reconciler/git/push/receivepack.ts', 'reconciler/git/push/local.ts'],
  ['reconciler/commands/halves/read.ts', 'reconciler/commands/halves/fit.ts', 'reconciler/commands/halves/part.ts', 'reconciler/commands/run/make-true.ts', 'reconciler/plan/pause.ts', 'reconciler/plan/guard.ts', 'reconciler/machines/ask.ts', 'reconciler/git/storepack.ts', 'reconciler/git/copying.ts'],
];

/** Make texts of what esbuild made. Shape: each is an expression, an object of functions by chunk; `main` is where it begins, `others` says in which text a chunk is that is not in the first, `packages` which chunk is a package that has a text of its own. */
export async function partsOf({ outputFiles, metafile: { outputs } }) {
  const entries = new Map(Object.entries(outputs).map(([path, { entryPoint }]) => [entryPoint, path]));
  const indexes = new Map();
  const take = (path, index) => {
    if (indexes.has(nameOf(path))) return;
    indexes.set(nameOf(path), index);
    for (const { kind, path: imported, external } of outputs[path].imports) if (kind === 'import-statement' && external !== true) take(imported, index);
  };
  for (const [index, group] of groups.entries()) for (const entry of group) take(entries.get(entry) ?? linked(entry, entries), index);
  const chunks = await Promise.all(outputFiles.map(async ({ path, text }) => ({ name: nameOf(path), index: indexes.get(nameOf(path)) ?? groups.length, text: await functionOf(text) })));
  const others = Object.fromEntries(chunks.filter(({ index }) => index > 0).map(({ name, index }) => [name, index]));
  const packages = Object.fromEntries(groups.flat().filter((entry) => entry.startsWith('node_modules/')).map((entry) => [entry.split('/')[1], nameOf(entries.get(entry) ?? linked(entry, entries))]));
  const texts = [...groups.keys(), groups.length].map((part) => chunks.filter(({ index }) => index === part).map(({ name, text }) => `${JSON.stringify(name)}:${text}`));
  return [[`main:${JSON.stringify(nameOf(entries.get(groups[0][0])))}`, `others:${JSON.stringify(others)}`, `packages:${JSON.stringify(packages)}`, ...texts[0]], ...texts.slice(1)].map((members) => ascii(`({${members.join(',\n')}})\n`));
}

/** Packages may lie elsewhere, behind a link: what begins there is called by where it is. */
function linked(entry, entries) {
  return [...entries].find(([path]) => path?.endsWith(`/${entry}`))?.[1];
}

function nameOf(path) {
  return `./${path.slice(path.lastIndexOf('/') + 1)}`;
}

/** What a chunk takes from others stands at its beginning, what it gives them at its end. */
const links = /^((?:import(?:\{[^}]*\}from)?"\.\/[^"]+";)*)([^]*?)(?:export\{([^}]*)\};)?\s*$/;

/**
 * Make a chunk a function that is handed what it may ask for others, as node makes of every such file. What chunks give one another never
 * changes once they were begun, and none comes before itself: so each takes it by name once and for all, where esbuild would ask at each use.
 */
async function functionOf(text) {
  const [, taken, body, given] = links.exec(text);
  const { code } = await transform(body.replaceAll(/import (\w+) from"(node:\w+)";/g, 'const $1=require("$2");'), { format: 'cjs', target: 'node20.19', platform: 'node', minifyWhitespace: true, supported: { 'dynamic-import': false } });
  const takes = taken.replaceAll(/import(?:\{([^}]*)\}from)?("[^"]+");/g, (_, names, from) => (names === undefined ? `require(${from});` : `const{${names.split(',').map(renamed).join(',')}}=require(${from});`));
  const gives = given === undefined ? '' : `module.exports={${given.split(',').map(assigned).join(',')}};`;
  return `function(exports,require,module,__filename,__dirname){${takes}${code}${gives}}`;
}

/** Write `a as b` as a pattern, and as a property. */
function renamed(name) {
  return name.replace(' as ', ':');
}

function assigned(name) {
  return name.split(' as ').reverse().join(':');
}

/** Write what the bundler left as it is – in patterns – by number, too: a text of one octet a character is read in no time. */
function ascii(text) {
  return text.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
