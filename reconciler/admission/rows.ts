import type { Resource } from '../model/resource.ts';

/** Looks at one line of a table. */
export type RowRule = (line: string) => boolean;

const member = '[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,30}';
const number = '[1-5][0-9]{4}';

/** A member with a number of members' and a home of her own; or the one user that owns all virtual mail. */
const account = new RegExp(`^(${member}):x:(${number}):\\2:\\1:/home/\\1:(?:/bin/bash|/bin/sh|/usr/bin/zsh|/usr/sbin/nologin)$`);
const postmaster = 'croft-vmail:x:590:590:virtual mail:/nonexistent:/usr/sbin/nologin';

export const passwdRow: RowRule = (line) => line === postmaster || account.test(line);

/** A member's own group with nobody else in it, or one of croft's: never a group that Debian gave a number. */
const groups = new RegExp(`^(?:${member}:x:${number}:|croft-vmail:x:590:|(?:croft-members:x:601|croft-shell:x:602|croft-files:x:603):(?:${member}(?:,${member})*)?)$`);

export const groupRow: RowRule = (line) => groups.test(line);

/** No password ever opens an account. */
const shadow = new RegExp(`^${member}:!?\\*:{6}(?:[0-9]{1,6})?:$`);

export const shadowRow: RowRule = (line) => shadow.test(line);

/** An address and where its mail goes: no program, no file, no list of addresses in a file, no other table. */
export const mailRow: RowRule = (line) => /^[!$-@[-~]+ [A-Za-z0-9@._+-][A-Za-z0-9@._+, -]*$/.test(line);

/** A login, and its hash. */
export const loginRow: RowRule = (line) => /^[a-z0-9][a-z0-9._+-]*@[a-z0-9.-]+:\{(?:CRYPT|ARGON2ID)\}[!-9;-~]+:{6}$/.test(line);

/** A mailbox below /var/vmail that belongs to croft-vmail, and its quota. */
export const mailboxRow: RowRule = (line) => /^[a-z0-9][a-z0-9._+-]*@[a-z0-9.-]+:!:590:590::\/var\/vmail\/[a-z0-9.-]+\/[a-z0-9][a-z0-9._+-]*::userdb_quota_(?:rule=\*:storage|storage_size)=[0-9]+M$/.test(line);

/** Ask of every line of a table. */
export function rowsFit(rule: RowRule): (resource: Resource) => string | null {
  return ({ payload }) => {
    const at = (payload?.text ?? '').split('\n').findIndex((line) => line !== '' && !rule(line));
    return at < 0 ? null : `its row ${at + 1} is none that such a table may have`;
  };
}
