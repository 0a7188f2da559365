// Starts croft: runs program.cjs, from the code that was compiled for it once where there is such code, else from its text.
// The program is a few texts in one file, of functions by their names (scripts/parts.mjs): each is read when something in it is needed.
// The code is only ever a copy (keep-code.cjs makes it): when it is missing, damaged, or another node's or program's, croft starts slower.
// V8 looks at its own version and at the text's length, and at nothing else (v8::ScriptCompiler::CachedData); so all of it is under a checksum.
'use strict';
const { closeSync, fstatSync, openSync, readSync } = require('node:fs');
const { join } = require('node:path');
const util = require('node:util');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');

const program = join(__dirname, 'program.cjs');
const kept = join(__dirname, 'program.code');

/**
 * Open the program. It stays open, so that all texts are one croft's also where another one takes its place meanwhile.
 * Shape: `title` says whose code it would have to be, `parts` are where the texts are.
 */
function open() {
  const file = openSync(program);
  const [head, name, lengths] = /^\/\/ croft (\w+) (.+)\n/.exec(read(file, 0, 256).toString('latin1'));
  const title = `// croft ${name} of ${fstatSync(file).mtimeMs}, compiled by node ${process.version} for ${process.arch}\n`;
  return { file, title, parts: spans(head.length, lengths.split(' ')) };
}

/** Say where each of some things of these lengths is that follow one another. */
function spans(at, lengths) {
  return lengths.map(Number).map((length, index, all) => ({ length, at: all.slice(0, index).reduce((sum, before) => sum + before, at) }));
}

function read(file, at, length) {
  const bytes = Buffer.allocUnsafeSlow(length);
  let from = 0;
  for (let count = -1; from < length && count !== 0; from += count) count = readSync(file, bytes, from, length - from, at + from);
  return bytes.subarray(0, from);
}

/** Read one of the texts, and what code is kept for it; `code` is null where there is none. */
function load({ file, title, parts }, index) {
  // The build leaves ASCII only: Latin-1 is read as it is, UTF-8 would have to be looked through.
  return { text: read(file, parts[index].at, parts[index].length).toString('latin1'), code: codeOf(title, index) };
}

function codeOf(title, index) {
  let file = null;
  try {
    file = openSync(kept);
    const [head, whose, sums, lengths] = /^(.*\n)(.*);(.*)\n/.exec(read(file, 0, 512).toString('latin1')) ?? [];
    if (whose !== title) return null;
    const { at, length } = spans(head.length, lengths.split(' '))[index];
    const code = read(file, at, length);
    return sums.split(' ')[index] === sumOf(code) ? code : null;
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** Write down what code is kept. */
function codeFile(title, codes) {
  return Buffer.concat([Buffer.from(`${title}${codes.map(sumOf).join(' ')};${codes.map(({ length }) => length).join(' ')}\n`), ...codes]);
}

/** What a disk did to it, and nobody else: whoever can write the code need not damage it. */
function sumOf(bytes) {
  return crc32(bytes).toString(16);
}

function compiled({ text, code }) {
  return new Script(text, { filename: program, ...(code === null ? {} : { cachedData: code }) });
}

/** Begin the program, in this process, with the words in process.argv. `scriptOf`: makes a text ready, and is called when it is needed. Shape: takes a package of those that are in it. */
function run(scriptOf) {
  const texts = [];
  const text = (index) => (texts[index] ??= loading(() => scriptOf(index).runInThisContext()));
  const { main, others, packages } = text(0);
  const made = new Map();
  const take = (name) => {
    if (made.has(name)) return made.get(name).exports;
    const module = { exports: {} };
    made.set(name, module);
    if (name.startsWith('./')) text(others[name] ?? 0)[name](module.exports, take, module, program, __dirname);
    else module.exports = loading(() => require(name));
    return module.exports;
  };
  take(main);
  return (name) => take(packages[name]).default;
}

/**
 * A run is over before it gains by machine code of functions that were called a few thousand times what making it costs: a third of
 * all it takes. So V8 waits longer before it makes any; a co-op of ten thousand members still has it. Nor does it gain by room for what is
 * forgotten at once: a sixth of all the memory that it takes. Whoever has more to do takes it (commands/room.ts), and moves what is left of it
 * alone: several threads that help each other to that wait for each other more than they help. V8's flags are its own affair, and another
 * one may not know these.
 */
const flags = {
  own: ['--interrupt-budget=67584', '--semi-space-growth-factor=2', '--parallel-scavenge'],
  little: ['--interrupt-budget=1000000', '--semi-space-growth-factor=1'],
  much: ['--interrupt-budget=1000000', '--semi-space-growth-factor=2', '--no-parallel-scavenge'],
};
let inForce = 'own';

function setFlags(which) {
  inForce = which;
  if (process.version.startsWith('v20.')) for (const flag of flags[which]) setFlagsFromString(flag);
}

/** Load something. Code is only taken by a V8 with the flags of the one that made it: ours was made with V8's own, and so was what node has of its own modules. */
function loading(work) {
  const before = inForce;
  if (before === 'own') return work();
  setFlags('own');
  try {
    return work();
  } finally {
    setFlags(before);
  }
}

/** Begin. Before there are any flags, what node itself loads when it is first asked for: the way out, and what reads the words. */
function start() {
  const opened = open();
  globalThis.takeRoom = () => setFlags('much');
  void [process.stdout, util.parseArgs];
  setFlags('little');
  run((index) => compiled(load(opened, index)));
}

module.exports = { kept, open, load, compiled, codeFile, run, start };
if (require.main === module) module.exports.start();
