/** A character that has no business in a text which people review: where it stands and what it is called. */
export interface Unseen {
  readonly index: number;
  /** As Unicode writes it, e.g. `U+202E`. */
  readonly code: string;
  readonly kind: 'control' | 'bidi' | 'invisible';
}

// What cannot be seen, or makes the rest be seen in another order than it is read (CVE-2021-42574, "Trojan Source").
// All by number: V8 looks up what \p{…} stands for each time croft starts.
const NONCHARACTERS = `\\ufdd0-\\ufdef${Array.from({ length: 0x11 }, (_, plane) => `\\u{${plane.toString(16)}fffe}\\u{${plane.toString(16)}ffff}`).join('')}`;
const CONTROL = String.raw`\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff${NONCHARACTERS}`;
const BIDI = String.raw`\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069`;
const INVISIBLE = [
  String.raw`\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164`,
  String.raw`\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}`,
].join('');

const UNSEEN = new RegExp(`[${CONTROL}${BIDI}${INVISIBLE}]`, 'u');
const ALL_UNSEEN = new RegExp(UNSEEN, 'gu');
const IS_CONTROL = new RegExp(`^[${CONTROL}]$`, 'u');
const IS_BIDI = new RegExp(`^[${BIDI}]$`, 'u');

/** Does a text hold a control character (tab and line feed aside), a bidirectional control or an invisible character? */
export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text);
}

/** Find every such character. Tab and line feed are for the caller to judge. */
export function findUnseen(text: string): readonly Unseen[] {
  return [...text.matchAll(ALL_UNSEEN)].map((match) => ({ index: match.index, code: codeOf(match[0]), kind: kindOf(match[0]) }));
}

/** Find the first character that looks like a blank and is none, such as the no-break space of some keyboards. Shape: `U+00A0`; null when there is none. */
export function oddBlank(text: string): string | null {
  const [character] = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/.exec(text) ?? [];
  return character === undefined ? null : codeOf(character);
}

/** Put something that can be seen in the place of every such character. */
export function replaceUnseen(text: string, shown: (character: string) => string): string {
  return text.replace(ALL_UNSEEN, (character) => shown(character));
}

/** Write a character so that it can be read. Shape: `U+00E9`. */
export function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function kindOf(character: string): Unseen['kind'] {
  if (IS_CONTROL.test(character)) return 'control';
  return IS_BIDI.test(character) ? 'bidi' : 'invisible';
}
