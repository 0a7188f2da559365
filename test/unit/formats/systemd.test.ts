import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUnit, unitFile, type Value } from '../../../reconciler/formats/systemd.ts';
import { encoded, text } from '../../../reconciler/formats/text.ts';

const source = { file: 'desired-state/limits/plain.yaml', line: 1, column: 1 };

function unit(value: Value): string {
  return unitFile(source, [{ name: text('Slice'), settings: [{ name: text('CPUQuota'), value }] }]);
}

describe('systemd', () => {
  it.each([
    { value: { percent: 20 }, expected: '20%' }, { value: { mebibytes: 512 }, expected: '512M' }, { value: 0, expected: '0' },
    { value: encoded('100%i $x'), expected: '100%%i $x' },
  ])('writes $expected', ({ value, expected }) => {
    expect(parseUnit(unit(value))).toEqual([{ name: 'Slice', settings: [['CPUQuota', expected]] }]);
  });

  it('reads every whole number back', () => {
    fc.assert(fc.property(fc.nat(), (value) => {
      expect(parseUnit(unit(value))[0]?.settings).toEqual([['CPUQuota', String(value)]]);
    }));
  });

  it.each([-1, 1.5, Number.NaN, Infinity])('refuses %d', (value) => {
    expect(() => unit(value)).toThrow('that is no whole number');
  });

  it('throws for a value that would continue the line or be cut', () => {
    expect(() => unit(encoded('a\\'))).toThrow('cannot');
    expect(() => unit(encoded(' a '))).toThrow('cannot render');
  });

  it('refuses a control character before it is text at all', () => {
    expect(() => encoded('100%\nExecStartPre=/bin/sh -c id')).toThrow('cannot write');
  });
});
