// Starts croft: runs program.cjs, from the code that was compiled for it once where there is such code, else from its text.
// The code is only ever a copy (keep-code.cjs makes it): when it is missing, damaged, or another node's or program's, croft starts slower.
// V8 looks at its own version and at the text's length, and at nothing else (v8::ScriptCompiler::CachedData); so all of it is under a digest.
'use strict';
const { createHash } = require('node:crypto');
const { fstatSync, openSync, readFileSync, closeSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

const program = join(__dirname, 'program.cjs');
const kept = join(__dirname, 'program.code');

/** Read the program, and what code is kept for it. Shape: `title` says whose code it would have to be; `code` is null when it is not. */
function load() {
  const file = openSync(program);
  // The build leaves ASCII only: Latin-1 is read as it is, UTF-8 would have to be looked through.
  const text = readFileSync(file, 'latin1');
  const title = `${text.slice(0, text.indexOf('\n'))} of ${fstatSync(file).mtimeMs}, compiled by node ${process.version} for ${process.arch}\n`;
  closeSync(file);
  return { text, title, code: codeOf(title) };
}

function codeOf(title) {
  try {
    const bytes = readFileSync(kept);
    const at = title.length + 65;
    if (!bytes.subarray(0, title.length).equals(Buffer.from(title))) return null;
    return bytes.toString('latin1', title.length, at) === `${digest(bytes.subarray(at))}\n` ? bytes.subarray(at) : null;
  } catch {
    return null;
  }
}

function digest(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Make the program ready. Shape: `run` begins it, in this process, with the words in process.argv. */
function compiled({ text, code }) {
  const script = new Script(text, { filename: program, ...(code === null ? {} : { cachedData: code }) });
  return { script, run: () => script.runInThisContext()(exports, require, module, program, __dirname) };
}

/**
 * Begin. A run is over before it gains by machine code of functions that were called a few thousand times what making it costs: a third of
 * all it takes. So V8 waits longer before it makes any; a co-op of ten thousand members still has it. Nor does it gain by room for what is
 * forgotten at once: a sixth of all the memory that it takes. Whoever has more to do takes it (commands/room.ts). V8's flags are its own
 * affair, and another one may not know these. After the code was taken: that has to be of the same flags.
 */
function start() {
  const ready = compiled(load());
  if (process.version.startsWith('v20.')) for (const flag of ['--interrupt-budget=1000000', '--semi-space-growth-factor=1']) setFlagsFromString(flag);
  ready.run();
}

module.exports = { kept, load, digest, compiled, start };
if (require.main === module) module.exports.start();
