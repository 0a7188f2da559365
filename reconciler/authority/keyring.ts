import type { SigningKey } from '../model/authority.ts';

export type { SigningKey };

/** Whether a key is good, and if not, why: a clause that follows the name of the key. */
export type Goodness = { readonly good: true } | { readonly good: false; readonly why: string };

/**
 * Tell whether a key is good at a time. The time must be one that the signer could not choose: whoever has stolen a key dates commits
 * as they like, and a date before the revocation would make the key good again. Both ends of its validity are part of it, as in the
 * allowed signers of ssh-keygen.
 * Units: unix seconds.
 */
export function isGood({ validAfter, validBefore, revokedAt }: SigningKey, atSeconds: number): Goodness {
  if (revokedAt !== null && !(atSeconds < revokedAt)) return notGood(`it was revoked at ${moment(revokedAt)}`);
  if (validAfter !== null && !(atSeconds >= validAfter)) return notGood(`it is not valid before ${moment(validAfter)}`);
  if (validBefore !== null && !(atSeconds <= validBefore)) return notGood(`it is not valid after ${moment(validBefore)}`);
  return { good: true };
}

function notGood(why: string): Goodness {
  return { good: false, why };
}

/** A Date ends in the year 275760 and throws after it; a number of seconds does not. */
function moment(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `second ${seconds}` : date.toISOString().replace('.000Z', 'Z');
}
