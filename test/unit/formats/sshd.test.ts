import { describe, expect, it } from 'vitest';
import { parseSshd, sshdConfig } from '../../../reconciler/formats/sshd.ts';
import { encoded, text } from '../../../reconciler/formats/text.ts';

const source = { file: 'desired-state/hosts/main.yaml', line: 1, column: 1 };

describe('sshd', () => {
  it('writes matches and their settings', () => {
    const settings = [[text('PermitTTY'), text('no')], [text('AcceptEnv'), text('LANG'), text('LC_*')]] as const;
    const blocks = [{ criteria: [text('Group'), text('a,!b')], settings }];
    const written = sshdConfig(source, blocks);
    expect(written).toBe('# Managed by croft. Do not edit: change desired-state/hosts/main.yaml instead.\n'
      + 'Match Group a,!b\n    PermitTTY no\n    AcceptEnv LANG LC_*\n');
    expect(parseSshd(written)).toEqual(blocks);
  });

  it('refuses what would hold for everybody', () => {
    expect(() => parseSshd('PermitRootLogin no\nMatch User ada\n')).toThrow('it would hold for everybody');
  });

  it.each(['a b', '', '"x"', '#x', 'a\\'])('refuses %j as an argument', (value) => {
    expect(() => sshdConfig(source, [{ criteria: [text('User'), encoded(value)], settings: [] }])).toThrow('cannot write');
  });

  it('refuses a setting that is a match in disguise', () => {
    expect(() => sshdConfig(source, [{ criteria: [text('User'), text('ada')], settings: [[text('Match'), text('all')]] }])).toThrow('cannot render');
  });
});
