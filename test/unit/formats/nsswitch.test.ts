import { describe, expect, it } from 'vitest';
import { nsswitch, parseNsswitch } from '../../../reconciler/formats/nsswitch.ts';
import { encoded, text } from '../../../reconciler/formats/text.ts';

const source = { file: 'desired-state/hosts/main.yaml', line: 1, column: 1 };

describe('nsswitch.conf', () => {
  it('names sources in their order', () => {
    const written = nsswitch(source, [[text('passwd'), text('files'), text('extrausers')], [text('hosts'), text('files'), text('dns')]]);
    expect(written).toBe('# Managed by croft. Do not edit: change desired-state/hosts/main.yaml instead.\n'
      + 'passwd:         files extrausers\nhosts:          files dns\n');
    expect(parseNsswitch(written)).toEqual([['passwd', 'files', 'extrausers'], ['hosts', 'files', 'dns']]);
  });

  it.each(['', 'a b', 'a:b', '[NOTFOUND=return]', '#'])('refuses the source %j', (value) => {
    expect(() => nsswitch(source, [[text('passwd'), encoded(value)]])).toThrow('cannot');
  });
});
