/** What croft itself is measured at. A row is one more entry. */
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Program } from '../measure/measure.ts';
import { patience, type Row } from './row.ts';
import type { Stage } from './stage.ts';

const check: Pick<Row, 'group' | 'limitSeconds'> = { group: 'croft', limitSeconds: patience };
/** Runs on a host that croft made, which is played. */
const run: Pick<Row, 'group' | 'limitSeconds' | 'played'> = { ...check, played: (stage) => stage.played() };

/** Rows in the order in which they are measured: what moves main comes after what does not. */
export const croftRows: readonly Row[] = [
  { ...check, key: 'version', title: 'croft --version', sizeless: true, ready: (stage) => stage.croft('--version') },
  { ...check, key: 'check-cold', title: 'check of files, nothing kept from before', ready: cold((stage) => stage.croft('check', stage.files().directory)) },
  { ...check, key: 'check-warm', title: 'check of files, again', ready: settled((stage) => stage.croft('check', stage.files().directory)) },
  { ...check, key: 'check-commit-cold', title: 'check of a commit, nothing kept from before', ready: cold((stage) => stage.croft('check', '--repo', stage.repository, '--rev', 'main')) },
  { ...check, key: 'check-commit-warm', title: 'check of a commit, again', ready: warm('check of a commit', (stage) => stage.croft('check', '--repo', stage.repository, '--rev', 'main')) },
  { ...check, key: 'preview-cold', title: 'preview of a one-member change, nothing kept from before', ready: cold(preview) },
  { ...check, key: 'preview-warm', title: 'preview of a one-member change, again', ready: warm('preview', preview) },
  { ...check, key: 'first', title: 'first run on an empty host', ready: first, wrong: (stage, run) => lacksSite(stage, freshRoot(stage, run), 'first') },
  { ...run, key: 'noop', title: 'run with nothing to do', ready: onHost(atRest) },
  { ...run, key: 'change', title: 'run with one member\'s change', ready: onHost((stage, root, run) => (stage.change(`change${run}`), stage.reconcile(root))), wrong: (stage, run) => onRoot(stage, (root) => lacksSite(stage, root, `change${run}`)) },
  { ...run, key: 'drift', title: 'run with one file changed by hand', ready: onHost((stage, root) => (appendFileSync(stage.site(root), '# by hand\n'), stage.reconcile(root))), wrong: (stage) => onRoot(stage, (root) => (readFileSync(stage.site(root), 'utf8').includes('# by hand') ? 'what was changed by hand is still there' : null)) },
  { ...run, key: 'audit', title: 'full audit: every byte read', ready: onHost((stage, root) => (knowsAudit(stage) ? stage.reconcile(root, '--audit') : { why: 'this croft has no reconcile --audit' })) },
];

/** Before each run, whatever croft keeps for a person is gone. */
function cold(program: (stage: Stage) => Program): Row['ready'] {
  return (stage) => {
    stage.forget();
    return program(stage);
  };
}

/** Before the first run, one that does not count; what came before in this table may have been the same. */
function warm(what: string, program: (stage: Stage) => Program): Row['ready'] {
  return (stage) => {
    if (!stage.once(what)) stage.gauge.measure(program(stage), patience);
    return program(stage);
  };
}

/** Of files that are as new as these nothing is kept; and of many it takes two looks until they are seen at one glance. */
function settled(program: (stage: Stage) => Program): Row['ready'] {
  return (stage) => {
    const ready = program(stage);
    if (stage.once('settled')) return ready;
    passes();
    for (let look = 0; look < 2; look += 1) stage.gauge.measure(ready, patience);
    return ready;
  };
}

/** Let a moment pass. */
function passes(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000);
}

function preview(stage: Stage): Program {
  return stage.croft('preview', '--repo', stage.repository, '--base', 'main', '--head', 'change');
}

/** Each first run has a directory of its own; the newest stays, for the rows after it. */
function first(stage: Stage, run: number): Program {
  if (run > 0) rmSync(freshRoot(stage, run - 1), { recursive: true, force: true });
  return stage.reconcile(freshRoot(stage, run));
}

function freshRoot(stage: Stage, run: number): string {
  return join(stage.room, `host-${run}`);
}

function onHost(program: (stage: Stage, root: string, run: number) => Program | { readonly why: string }): Row['ready'] {
  return (stage, run) => {
    const host = stage.converged();
    return 'why' in host ? host : program(stage, host.root, run);
  };
}

/** A host that was just changed is looked at once more, a moment later: as on a host a minute later. */
function atRest(stage: Stage, root: string): Program {
  if (stage.once('at rest')) return stage.reconcile(root);
  passes();
  stage.gauge.measure(stage.reconcile(root), patience);
  return stage.reconcile(root);
}

function onRoot(stage: Stage, look: (root: string) => string | null): string | null {
  const host = stage.converged();
  return 'why' in host ? host.why : look(host.root);
}

/** What a site's file on the host is to say. */
function lacksSite(stage: Stage, root: string, value: string): string | null {
  if (!readFileSync(stage.site(root), 'utf8').includes(value)) return `the site does not say ${value}`;
  stage.settle({ root });
  return null;
}

function knowsAudit(stage: Stage): boolean {
  const { words: [program = '', ...rest] } = stage.croft('reconcile', '--help');
  return spawnSync(program, rest, { encoding: 'utf8' }).stdout.includes('--audit');
}
