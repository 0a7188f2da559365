import type { Verdict } from '../model/authority.ts';
import { changeFacts, holdFacts } from './plan.ts';
import { signersOf, standingOf, type Foreseen, type Preview } from './preview.ts';
import { touched } from './touched.ts';

/** The facts of a preview, for programs. Shape: schemas/output/preview.schema.json. Nothing secret: states hold digests. */
export function previewFacts(preview: Preview): object {
  const { base, head, checksum, commits, told, usage, problems, mended, warnings, holds, authority, guards } = preview;
  return {
    base, head, checksum, verdict: standingOf(preview),
    commits: commits.map(({ oid, author, subject, time }) => ({ oid, author, subject, time })),
    signers: signersOf(preview),
    declared: told, usage, hosts: preview.hosts.map(hostFacts), problems, mended, warnings,
    holds: holds.map(({ already, ...hold }) => ({ ...holdFacts(hold), already })),
    authority: { trust: authority.trust, verdicts: authority.verdicts.map(verdictFacts) },
    guards,
  };
}

function hostFacts({ host, is, from, report, plan, effect }: Foreseen): object {
  return {
    host, is, from, checksum: plan.checksum, touches: touched(effect.changes), unchanged: effect.unchanged, changes: effect.changes.map(changeFacts),
    reported: report === null ? null : { commit: report.commit, time: report.time, drift: report.drift, counts: report.counts },
  };
}

function verdictFacts({ path, owner, commit, risk, allowed, signers, approvers, problems, reasons }: Verdict): object {
  return { path, owner, commit, risk, allowed, signers, approvers, problems, reasons };
}
