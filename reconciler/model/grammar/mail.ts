import type { LocalPart, MailAddress, PasswordHash } from '../values.ts';
import { branded } from './brand.ts';
import { hostname } from './names.ts';

const LOCAL_PART = /^[a-z0-9]+(?:[._+-][a-z0-9]+)*$/;

// crypt(5). Costs are bounded at both ends: a cheap hash is soon guessed, and a dear one lets a login stop the mail server.
const HASHES = [
  /^\$6\$(?:rounds=[1-9][0-9]{3,5}\$)?[./A-Za-z0-9]{8,16}\$[./A-Za-z0-9]{86}$/,
  /^\$5\$(?:rounds=[1-9][0-9]{3,5}\$)?[./A-Za-z0-9]{8,16}\$[./A-Za-z0-9]{43}$/,
  /^\$2[by]\$(?:0[89]|1[0-4])\$[./A-Za-z0-9]{53}$/,
  /^\$argon2id\$v=19\$m=(?:[1-9][0-9]{3,4}|1[0-9]{5}),t=[1-9],p=[1-8]\$[+/A-Za-z0-9]{11,64}\$[+/A-Za-z0-9]{22,86}$/,
  /^\$y\$j[7-9A-D][5T]\$[./A-Za-z0-9]{8,86}\$[./A-Za-z0-9]{43}$/,
];

/** Parse the part of an address before the `@`, in the form that every mail server agrees on. Narrower than RFC 5321, 4.1.2. */
export function localPart(text: string): LocalPart | null {
  return branded<string, LocalPart>(text, text.length <= 64 && LOCAL_PART.test(text));
}

/** Parse `local@domain`, with exactly one `@`. */
export function mailAddress(text: string): MailAddress | null {
  const [local = '', domain = '', ...more] = text.split('@');
  const right = text.length <= 254 && more.length === 0 && localPart(local) !== null && hostname(domain) !== null;
  return branded<string, MailAddress>(text, right);
}

/** Parse a password hash of a scheme that crypt(3) of Debian and Dovecot both check. */
export function passwordHash(text: string): PasswordHash | null {
  return branded<string, PasswordHash>(text, text.length <= 300 && HASHES.some((hash) => hash.test(text)));
}
