// Keeps the code that node compiles when croft does what it does most, so that croft.cjs need not have it compiled again: beside the
// program, for this very node. Whoever can write that file is whoever starts croft, so root makes it for root, and by nobody's leave:
// all that is run here is croft itself, on a co-op and on a host that are made for it and removed again.
'use strict';
const { mkdtempSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const croft = require('./croft.cjs');

const work = mkdtempSync(join(tmpdir(), 'croft-code-'));
process.on('exit', () => rmSync(work, { recursive: true }));
const coop = join(work, 'coop');
const where = ['--repo', coop, '--host', 'one', '--root', join(work, 'one')];
const errands = [
  ['--version'],
  ['init', coop, '--domain', 'meadow.example', '--admin', 'ada', '--email', 'ada@elsewhere.example', '--host', 'one'],
  ['check', '--repo', coop],
  ['reconcile', ...where],
  ['reconcile', ...where],
  ['reconcile', ...where],
];
/** The second run notes down how the host stands, which only counts when nothing changed for a moment; the third has nothing to do. */
const settlingMs = 2500;

// What was compiled stays until it is kept, also when it was not run for a while.
setFlagsFromString('--no-flush-bytecode');
const opened = croft.open();
const scripts = opened.parts.map((_, index) => croft.compiled({ ...croft.load(opened, index), code: null }));
const say = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;

// Each errand ends when nothing is left to be waited for.
process.on('beforeExit', () => {
  if (process.exitCode !== undefined && process.exitCode !== 0) return say(`cannot keep code: croft ${errands[0]} ended with status ${process.exitCode}\n`);
  errands.shift();
  if (errands.length > 0) setTimeout(begin, errands.length === 2 ? settlingMs : 0);
  else keep();
});
begin();

function begin() {
  process.argv = [process.execPath, join(__dirname, 'croft.cjs'), ...errands[0]];
  croft.run((index) => scripts[index]);
}

function keep() {
  // Code is only taken by a node with the same flags.
  setFlagsFromString('--flush-bytecode');
  const staged = `${croft.kept}.${process.pid}`;
  writeFileSync(staged, croft.codeFile(opened.title, scripts.map((script) => script.createCachedData())), { mode: 0o644 });
  renameSync(staged, croft.kept);
}
