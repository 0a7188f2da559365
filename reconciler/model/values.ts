/**
 * Values that may enter a configuration file. Each is a branded string or number that only its own parser makes; formats take
 * nothing else (law 8). Every parser reads a whole string against an anchored grammar and answers null for anything that is not
 * exactly right; none of them repairs.
 */
declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** One DNS label: lower case letters, digits, inner hyphens; at most 63 octets. */
export type Label = Branded<string, 'Label'>;
/** A host name of two labels or more, lower case, A-labels, no trailing dot, at most 253 octets. RFC 1123. */
export type Hostname = Branded<string, 'Hostname'>;
/** The owner name of a DNS record: a Hostname whose labels may also begin with `_` and whose first may be `*`. RFC 2782, RFC 4592. */
export type DomainName = Branded<string, 'DomainName'>;
/** A Unix account name: `[a-z][a-z0-9]{0,30}` with inner hyphens, never like a number. */
export type UserName = Branded<string, 'UserName'>;
export type Uid = Branded<number, 'Uid'>;
/** A TCP port that a member may be given, 1024 to 65535. */
export type Port = Branded<number, 'Port'>;
/** A path inside a home: segments of `[A-Za-z0-9._-]`, none beginning with a dot, at most 200 octets. */
export type RelPath = Branded<string, 'RelPath'>;
/** An absolute path that croft itself has chosen, of `[A-Za-z0-9._@:+-]` segments. */
export type AbsPath = Branded<string, 'AbsPath'>;
/** The path part of a URL, beginning with `/`, of unreserved characters, `/` and upper case percent triplets. RFC 3986. */
export type UrlPath = Branded<string, 'UrlPath'>;
/** An absolute http or https URL without user information, in printable ASCII. */
export type HttpUrl = Branded<string, 'HttpUrl'>;
/** `local@domain`, both lower case, without quoting, comments or extensions. */
export type MailAddress = Branded<string, 'MailAddress'>;
/** The part before the `@`: `[a-z0-9]` with inner `.`, `_`, `-`, `+` never doubled; at most 64 octets. */
export type LocalPart = Branded<string, 'LocalPart'>;
export type Ipv4 = Branded<string, 'Ipv4'>;
/** Compressed lower case. RFC 5952. */
export type Ipv6 = Branded<string, 'Ipv6'>;
/** An address with a prefix length whose host bits are zero. */
export type Cidr = Branded<string, 'Cidr'>;
/** A password hash of an allowed scheme in modular crypt format: `$6$`, `$5$`, `$2y$`/`$2b$`, `$argon2id$`, `$y$`. */
export type PasswordHash = Branded<string, 'PasswordHash'>;
/** The value of an HTTP header: visible ASCII and single spaces, at most 1,024 octets. RFC 9110. */
export type HeaderValue = Branded<string, 'HeaderValue'>;
/** The name of an HTTP header: a token. */
export type HeaderName = Branded<string, 'HeaderName'>;
/** Printable ASCII text for a DNS TXT record, at most 4,000 octets. */
export type DnsText = Branded<string, 'DnsText'>;
/** What a person is called, for people to read: letters of whatever script, no control characters. Never enters a daemon's file unencoded. */
export type DisplayName = Branded<string, 'DisplayName'>;
/** An age file in its armour, sealed to at least one ssh-ed25519 key. Whoever reads it learns who can open it and how long it is, no more. */
export type Sealed = Branded<string, 'Sealed'>;
