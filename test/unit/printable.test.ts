import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasUnseen } from '../../reconciler/model/grammar/characters.ts';
import { oneLine, printable } from '../../reconciler/report/printable.ts';

it.each([
  ['\u001b[2J\u001b]0;x\u0007', '\\u{1b}[2J\\u{1b}]0;x\\u{7}'],
  ['gpj.exe\u202e', 'gpj.exe\\u{202e}'],
  ['zero\u200bwidth\ufe00', 'zero\\u{200b}width\\u{fe00}'],
  ['Sinéad O\'Brien-Müller', 'Sinéad O\'Brien-Müller'],
])('%j is printed as %j', (text, printed) => expect(printable(text)).toBe(printed));

it('lets nothing unseen through, whatever the text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    expect(hasUnseen(printable(text))).toBe(false);
    expect(oneLine(text)).not.toMatch(/[\n\r\t]/);
  }));
});
