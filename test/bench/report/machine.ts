/** Where and with what figures were taken. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** What must be known of a machine to make anything of its figures; one fact a line, by its name. */
export type Facts = readonly (readonly [string, string])[];

/** Look at this machine. */
export function factsOf(root: string, measuredBy: string): Facts {
  return [
    ['date', new Date().toISOString().slice(0, 10)],
    ['machine', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['system', `${firstOf(readOr('/etc/os-release'), /^PRETTY_NAME="(.*)"$/m)}, Linux ${release()}, files on ${fileSystem()}`],
    ['load before', loadavg()[0]?.toFixed(1) ?? ''],
    ['croft', `${firstOf(readOr(join(root, 'package.json')), /"version": "([^"]+)"/)}, ${said('git', '-C', root, 'describe', '--always', '--dirty', '--abbrev=10')}`],
    ['Node', process.version],
    ['git', said('git', '--version').replace('git version ', '')],
    ['measured by', measuredBy],
  ];
}

/** Print facts. */
export function formatFacts(facts: Facts): string {
  return facts.map(([name, value]) => `${name}: ${value}`).join('\n');
}

function fileSystem(): string {
  return said('stat', '--file-system', '--format=%T', process.env['TMPDIR'] ?? '/tmp');
}

function said(program: string, ...words: readonly string[]): string {
  try {
    return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function firstOf(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[1] ?? 'unknown';
}
