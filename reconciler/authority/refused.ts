/** Why something is not accepted, as data: nothing here is thrown, since what members send is expected to be wrong. */
export interface Refused {
  readonly ok: false;
  /** A clause that follows the name of the thing, e.g. `it was made for "file", not for "git"`. */
  readonly why: string;
}

/** Say no. */
export function refused(why: string): Refused {
  return { ok: false, why };
}

/** Name something a stranger wrote, short and in plain ASCII, or say that it cannot be shown. */
export function named(text: string): string {
  return /^[!-~]{1,64}$/.test(text) ? JSON.stringify(text) : '(unprintable)';
}
