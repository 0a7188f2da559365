import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrub } from '../../../reconciler/converge/words.ts';
import type { Owner } from '../../../reconciler/model/owner.ts';
import type { Resource } from '../../../reconciler/model/resource.ts';

function resource(id: Resource['id'], owner: Owner, parts?: Resource['parts']): Resource {
  const [kind = 'file', name = ''] = id.split(':') as [Resource['kind'], string];
  return { id, kind, name, owner, source: { file: 'x', line: 1, column: 1 }, desired: {}, needs: [], after: [], ...(parts === undefined ? {} : { parts }) };
}

const source = { file: 'x', line: 1, column: 1 };
const sites = '/etc/apache2/croft/sites';
const resources = [
  resource('file:/etc/apache2/croft/croft.conf', 'coop'),
  resource(`file:${sites}/blog.ada.example.conf`, 'member:ada'),
  resource(`file:${sites}/shop.bob.example.conf`, 'member:bob'),
  resource('zone:/etc/bind/croft/zones/carol.example.zone', 'member:carol'),
  resource('table:/etc/postfix/croft/virtual-aliases', 'coop', [{ attribute: 'letters@dana.example', owner: 'member:dana', source }]),
];
const silence = 'what it said is not repeated, because it speaks of others';
const ada = (words: string): string => scrub(words, { owner: 'member:ada', resources });

describe('what a daemon says', () => {
  it.each([
    ['about the reader\'s own file, with the line after it', `AH00526: Syntax error on line 3 of ${sites}/blog.ada.example.conf:\nInvalid command 'Foo', perhaps misspelled`, `AH00526: Syntax error on line 3 of ${sites}/blog.ada.example.conf: · Invalid command 'Foo', perhaps misspelled`],
    ['about the reader\'s name', 'zone blog.ada.example: loading failed', 'zone blog.ada.example: loading failed'],
    ['and a program of the system\'s', `/usr/sbin/apache2: Syntax error in ${sites}/blog.ada.example.conf`, `/usr/sbin/apache2: Syntax error in ${sites}/blog.ada.example.conf`],
  ])('%s is repeated', (_, words, expected) => {
    expect(ada(words)).toBe(expected);
  });

  it.each([
    ['another\'s file', `Syntax error on line 3 of ${sites}/shop.bob.example.conf:\nInvalid command 'Secret'`],
    ['another\'s name beside the reader\'s', `${sites}/blog.ada.example.conf: duplicate of shop.bob.example`],
    ['a name below another\'s zone', 'blog.ada.example: points at www.carol.example.'],
    ['a member by name', 'blog.ada.example: user bob has no such group'],
    ['an address of another\'s', 'blog.ada.example: letters@dana.example is taken'],
    ['a path that is nobody\'s to see', 'blog.ada.example: cannot open /home/elsewhere/secret'],
    ['the co-op\'s own files', `${sites}/blog.ada.example.conf was included from /etc/apache2/croft/croft.conf`],
    ['nothing of the reader\'s', 'configuration test failed'],
  ])('%s is not', (_, words) => {
    expect(ada(words)).toBe(silence);
  });

  it('is all there for the co-op, but only its end', () => {
    expect(scrub('a\nb\nc\nd shop.bob.example\ne', { owner: 'coop', resources })).toBe('b · c · d shop.bob.example · e');
  });

  it('never holds what is another\'s, however it is mixed', () => {
    const pieces = fc.constantFrom(' ', ': ', '"', '\n', ' - ', 'line 3 of ', `${sites}/blog.ada.example.conf`, 'blog.ada.example', `${sites}/shop.bob.example.conf`, 'SHOP.bob.example', 'www.carol.example', 'bob', 'letters@dana.example', 'error');
    fc.assert(fc.property(fc.array(pieces, { maxLength: 30 }), (mixed) => {
      // Pieces that run together make other names, so there is something between them.
      expect(ada(mixed.join(' '))).not.toMatch(/shop\.bob|carol|\bbob\b|dana/i);
    }), { numRuns: 2000 });
  });
});
