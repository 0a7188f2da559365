import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apacheConfig, directive, section } from '../../../reconciler/formats/apache.ts';
import { encodeDirectives, parseDirectives } from '../../../reconciler/formats/apache/syntax.ts';
import {
  base, decoded, exactly, headerFormat, indexName, isWithinPath, readHeaderFormat, readSubstitution, substitution, withBelow,
} from '../../../reconciler/formats/apache/values.ts';
import { encoded, text } from '../../../reconciler/formats/text.ts';
import { httpUrl, urlPath } from '../../../reconciler/model/grammar/paths.ts';
import { headerValue } from '../../../reconciler/model/grammar/text.ts';
import type { HeaderValue, HttpUrl, UrlPath } from '../../../reconciler/model/values.ts';
import type { Source } from '../../../reconciler/model/source.ts';

const source: Source = { file: 'desired-state/members/ada/vhosts/ada.example.yaml', line: 1, column: 1 };

/** Only what the grammar accepts, made of pieces that mean something to some module. */
function values<T>(pieces: readonly string[], parse: (candidate: string) => T | null, prefix = ''): fc.Arbitrary<T> {
  const piece = fc.oneof(fc.constantFrom(...pieces), fc.string({ minLength: 1, maxLength: 4 }));
  return fc.array(piece, { maxLength: 12 }).map((parts) => parse(prefix + parts.join(''))).filter((value) => value !== null) as fc.Arbitrary<T>;
}

const special = [
  '${', '}', '$', '%', '%%', '{', '%{ENV:X}', '$1',
  '\\', '"', "'", '#', '<', '>', 'expr=', ' ', '&', '!', '^', '`', 'a', '\\n', '${CROFT_DOLLAR}', '</VirtualHost>',
];
const headers: fc.Arbitrary<HeaderValue> = values(special, headerValue);
const urlPieces = ['%20', '%2F', '%7B', '$', '$1', '%25', '/', '?', '#', '&', '=', "'", '(', ')', ';', '*', '!', 'a', '~'];
const urls: fc.Arbitrary<HttpUrl> = values(urlPieces, httpUrl, 'https://x.example/');
const paths: fc.Arbitrary<UrlPath> = values(['%20', '%24%7B', '%7D', '%22', '%25', '%5B', '%C3%A9', '/', '.', '-', '~', 'a', '_', '%7C', '%28'], urlPath, '/');
const words = fc.array(fc.oneof(fc.constantFrom(...special), fc.string({ maxLength: 5 })), { maxLength: 8 })
  .map((parts) => parts.join('')).filter((word) => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(word));

describe('syntax', () => {
  it('reads back every word as it was, and nothing but the words', () => {
    fc.assert(fc.property(fc.array(words, { maxLength: 5 }), (args) => {
      const tree = [section('VirtualHost', text('*:80'), [directive('Header', ...args.map(encoded))]), directive('Listen', text(80))];
      expect(parseDirectives(encodeDirectives(tree))).toEqual(tree);
    }));
  });

  it('never lets a variable but its own through', () => {
    fc.assert(fc.property(words, (word) => {
      const written = encodeDirectives([directive('Header', encoded(word))]);
      expect(written).not.toMatch(/\$\{(?!CROFT_DOLLAR\})/);
    }));
  });

  it.each([
    { name: 'a plain word stays bare', word: 'https://x.example/a?b=c', written: 'Header https://x.example/a?b=c\n' },
    { name: 'an empty word is quoted', word: '', written: 'Header ""\n' },
    { name: 'quotes and backslashes are escaped', word: 'a "b" \\', written: 'Header "a \\"b\\" \\\\"\n' },
    { name: 'a backslash never ends a line', word: 'a\\', written: 'Header "a\\\\"\n' },
    { name: 'what would begin a comment is quoted', word: '#a', written: 'Header "#a"\n' },
    { name: 'a variable is spelt with a variable', word: '${HOME}', written: 'Header ${CROFT_DOLLAR}{HOME}\n' },
  ])('$name', ({ word, written }) => {
    expect(encodeDirectives([directive('Header', encoded(word))])).toBe(written);
  });

  it.each([
    { name: 'a section that is not closed', written: '<VirtualHost *:80>\n' },
    { name: 'an end without a beginning', written: '</VirtualHost>\n' },
    { name: 'an end of another section', written: '<VirtualHost *:80>\n</Directory>\n' },
    { name: 'a foreign variable', written: 'Header "${HOME}"\n' },
    { name: 'a quote that is not closed', written: 'Header "a\n' },
  ])('refuses to read $name', ({ written }) => {
    expect(() => parseDirectives(written)).toThrow('cannot read');
  });

  it('joins continued lines, as Apache does', () => {
    expect(parseDirectives('Header a \\\n b\n# no\n')).toEqual([{ name: 'Header', arguments: ['a', 'b'] }]);
  });

  it('refuses a word for mod_rewrite that only quotes could hold, since it knows no escapes in them', () => {
    expect(() => apacheConfig(source, [directive('RewriteRule', encoded('^/a b$'), text('-'))])).toThrow('cannot write');
    expect(() => apacheConfig(source, [directive('RewriteRule', encoded('${HOME}'), text('-'))])).toThrow('cannot write');
  });

  it('throws for a name that is no directive', () => {
    expect(() => apacheConfig(source, [directive('Include /etc/shadow\nListen', text(80))])).toThrow('cannot write');
  });
});

describe('text', () => {
  it('takes literals, parsed values and numbers, and no string', () => {
    const anything: string = 'x';
    expect(text('a', 1)).toBe('a1');
    // @ts-expect-error: a string is no text of croft's own (law 8)
    text(anything);
    // @ts-expect-error: neither is a template with a hole
    text(`/home/${anything}`);
    // @ts-expect-error: nor does a mere string get into a directive
    directive('ServerName', anything);
  });

  it.each(['a\nb', 'a\r', '\u0000', 'a\u2028b', '\u0085', '\ud800'])('refuses the control character in %j', (value) => {
    expect(() => encoded(value)).toThrow('cannot write');
  });
});

describe('values', () => {
  it('a header is read back as its literal, whatever its value', () => {
    fc.assert(fc.property(headers, (value) => {
      expect(readHeaderFormat(headerFormat(value))).toBe(value);
      const tree = [directive('Header', text('always'), text('set'), text('X-A'), headerFormat(value))];
      expect(parseDirectives(apacheConfig(source, tree))).toEqual(tree);
    }));
  });

  it('an address is read back as its literal, and is one plain word', () => {
    fc.assert(fc.property(urls, paths, (url, path) => {
      expect(readSubstitution(substitution(url))).toBe(url);
      const tree = [
        directive('RewriteRule', exactly(path), substitution(url), text('[R=302,NE,QSD,L]')),
        directive('Redirect', text(302), decoded(path), base(url, path)),
      ];
      expect(parseDirectives(apacheConfig(source, tree))).toEqual(tree);
    }));
  });

  it('a path is matched by its own pattern, and by no other path', () => {
    fc.assert(fc.property(paths, paths, (path, other) => {
      const seen = octets(path);
      expect(new RegExp(exactly(path)).test(seen)).toBe(true);
      expect(new RegExp(exactly(path)).test(octets(other))).toBe(path === other);
      expect(new RegExp(withBelow(path)).test(octets(other))).toBe(isWithinPath(other, path));
    }));
  });

  it.each([
    { url: 'https://x.example', from: '/old', expected: 'https://x.example' },
    { url: 'https://x.example/', from: '/old', expected: 'https://x.example' },
    { url: 'https://x.example', from: '/', expected: 'https://x.example/' },
    { url: 'https://x.example/new', from: '/old/', expected: 'https://x.example/new/' },
    { url: 'https://x.example/?p=', from: '/old', expected: 'https://x.example/?p=' },
  ])('the rest of $from is added to $url after a slash, never to the host', ({ url, from, expected }) => {
    const [to, path] = [httpUrl(url), urlPath(from)];
    if (to === null || path === null) throw new Error('no such value');
    expect(base(to, path)).toBe(expected);
  });

  it.each(['', '.htaccess', '/etc/passwd', '../x', 'a b', 'a\n'])('refuses %j as an index', (name) => {
    expect(() => indexName(name)).toThrow('cannot use index');
  });

  it.each(['%{HTTP_HOST}', '$1', '${map:x}', '%1'])('sees that mod_rewrite would put something into %j', (made) => {
    expect(readSubstitution(made)).toBeNull();
  });

  it.each(['%{Host}i', '%t', 'expr=%{HTTP_HOST}', 'expr=$1', 'a\\n'])('sees that mod_headers would change %j', (made) => {
    expect(readHeaderFormat(made)).toBeNull();
  });
});

describe('attacks', () => {
  const literal = [
    { id: 'W01', value: 'a.example\n    Include /etc/shadow' },
    { id: 'W03', value: 'b.example\nLoadModule x /home/bob/x.so' },
    { id: 'W05', value: '~^(?<n>.*)$' },
    { id: 'W10', value: 'http://user%0areturn 200 "pwned";%0a@evil.example/' },
    { id: 'W12', value: 'javascript:alert(1)' },
    { id: 'W13', value: 'https://e.example/$http_x_evil/%{ENV:SECRET}/${FOO}' },
    { id: 'W14', value: '^(a+)+$' },
    { id: 'W16', value: 'x\r\nSet-Cookie: admin=1' },
    { id: 'W18', value: '/404.html\n</Directory>\nUser root' },
    { id: 'W19', value: '../../bob/public_html' },
    { id: 'W21', value: 'pub"; } server { listen 80; root /;' },
    { id: 'W27', value: '%{User-Agent}i %{dontlog}e' },
    { id: 'W28', value: 'http://unix:/run/php/bob.sock' },
    { id: 'W38', value: "{{secrets.db_password}} $& $' ${process.env.TOKEN} <% id %>" },
  ];

  it.each(literal)('$id is refused by its grammar or stays literal', ({ value }) => {
    const [header, url, path] = [headerValue(value), httpUrl(value), urlPath(value)];
    if (header !== null) expect(readHeaderFormat(headerFormat(header))).toBe(value);
    if (url !== null) expect(readSubstitution(substitution(url))).toBe(value);
    if (path !== null) expect(new RegExp(exactly(path)).test(octets(path))).toBe(true);
    if (/[\p{Cc}]/u.test(value)) expect(() => encoded(value)).toThrow('cannot write');
  });
});

/** A path as Apache compares it: decoded, octet by octet. */
function octets(path: UrlPath): string {
  return Buffer.from(decodeURIComponent(path)).toString('latin1');
}
