// Puts the bundle's chunks into a few texts, of which a run reads those that it needs (bin/croft.cjs): what the edge and the commands of a
// timer need while nothing is to be done; what config.yaml needs; the rest, all at once. Of a CommonJS package that is imported where it is
// needed there is only `default`.
import { transform } from 'esbuild';

/** For each text but the last, what begins in it: with all that this imports, and no text before has. */
const groups = [
  ['reconciler/main.ts', 'reconciler/commands/reconcile.ts', 'reconciler/commands/compile.ts', 'reconciler/commands/halves/answer.ts'],
  ['reconciler/desired/parse.ts'],
];

/** Make texts of what esbuild made. Shape: each is an expression, an object of functions by chunk; `main` is where it begins, `others` says in which text a chunk is that is not in the first. */
export async function partsOf({ outputFiles, metafile: { outputs } }) {
  const entries = new Map(Object.entries(outputs).map(([path, { entryPoint }]) => [entryPoint, path]));
  const indexes = new Map();
  const take = (path, index) => {
    if (indexes.has(nameOf(path))) return;
    indexes.set(nameOf(path), index);
    for (const { kind, path: imported, external } of outputs[path].imports) if (kind === 'import-statement' && external !== true) take(imported, index);
  };
  for (const [index, group] of groups.entries()) for (const entry of group) take(entries.get(entry), index);
  const chunks = await Promise.all(outputFiles.map(async ({ path, text }) => ({ name: nameOf(path), index: indexes.get(nameOf(path)) ?? groups.length, text: await functionOf(text) })));
  const others = Object.fromEntries(chunks.filter(({ index }) => index > 0).map(({ name, index }) => [name, index]));
  const texts = [...groups.keys(), groups.length].map((part) => chunks.filter(({ index }) => index === part).map(({ name, text }) => `${JSON.stringify(name)}:${text}`));
  return [[`main:${JSON.stringify(nameOf(entries.get(groups[0][0])))}`, `others:${JSON.stringify(others)}`, ...texts[0]], ...texts.slice(1)].map((members) => ascii(`({${members.join(',\n')}})\n`));
}

function nameOf(path) {
  return `./${path.slice(path.lastIndexOf('/') + 1)}`;
}

/** Make a chunk a function that is handed what it may ask for others, as node makes of every such file. */
async function functionOf(text) {
  const { code } = await transform(text, { format: 'cjs', target: 'node20.19', platform: 'node', minifyWhitespace: true, supported: { 'dynamic-import': false } });
  return `function(exports,require,module,__filename,__dirname){${code}}`;
}

/** Write what the bundler left as it is – in patterns – by number, too: a text of one octet a character is read in no time. */
function ascii(text) {
  return text.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
