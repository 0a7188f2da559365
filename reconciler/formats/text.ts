/**
 * What may enter a configuration file (law 8): text that stands in croft's own source, values that a grammar's parser has accepted,
 * numbers, and what a format has encoded from these. A `string` is none of them, and the type checker says so; at run time control
 * characters are refused once more, since in every line-based format a line feed begins another directive.
 */
import type {
  AbsPath, Cidr, DomainName, HeaderName, HeaderValue, Hostname, HttpUrl, Ipv4, Ipv6, Label, LocalPart, MailAddress, RelPath, UrlPath, UserName,
} from '../model/values.ts';

declare const brand: unique symbol;

/** Text on one line that croft answers for. */
export type Text = string & { readonly [brand]: 'Text' };

type Parsed =
  | AbsPath | Cidr | DomainName | HeaderName | HeaderValue | Hostname | HttpUrl | Ipv4 | Ipv6 | Label | LocalPart | MailAddress | RelPath | UrlPath | UserName;

/** A literal, a parsed value or a Text; `never` for a mere string, also for one with a hole in a template. */
type Sure<T> = T extends number | Text | Parsed ? T : T extends string ? ({} extends { readonly [K in T]: 1 } ? never : T) : never;

/** Join literals, parsed values and numbers to one text. Errors: throws for a control character, which no parser lets through. */
export function text<Parts extends readonly (string | number)[]>(...parts: { readonly [I in keyof Parts]: Sure<Parts[I]> }): Text {
  return encoded(parts.join(''));
}

/** Take what an encoder has made as text; only formats call it. Errors: throws for a control character. */
export function encoded(made: string): Text {
  if (isText(made)) return made;
  throw new Error(`cannot write ${JSON.stringify(made)}: it holds a control character`);
}

/** What nearly everything is. */
const ascii = /^[ -~]*$/;

function isText(made: string): made is Text {
  return ascii.test(made) || !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(made);
}
