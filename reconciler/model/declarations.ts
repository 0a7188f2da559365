// Generated from schemas/*.schema.json by `npm run types`. Do not edit: change the schema, then run it again.
//
// What documents of the configuration repository look like once they are valid, exactly as members write them: text is still text,
// defaults are not filled in, names are not resolved. The parsed and cross-checked form is in desired.ts.

/**
 * What hosts may take away although it is much, in desired-state/coop/allowances.yaml. Where a run would destroy too much, hosts leave it as it
 * is and print the entry that lets it pass. Only admins may change it.
 */
export interface AllowancesDeclaration {
  /**
   * One entry for each thing that may pass. Each host lets that many go under it, in all its runs together, and remembers how many went. Take
   * entries away when they have done their work.
   */
  readonly allowances: readonly AllowanceDeclaration[];
}

/** One thing that may pass: which guard, about what, how many, why, from when until when. */
export interface AllowanceDeclaration {
  /** The guard that stopped it, as its message names it. */
  readonly guard: 'mass-removal' | 'members-leaving' | 'emptied' | 'member' | 'zone' | 'zone-records' | 'mail-domain' | 'data' | 'name-servers' | 'dnssec' | 'shrunken' | 'admins' | 'lock-out' | 'remote' | 'uid' | 'former-member';
  /** What it is about: coop, host:NAME, member:NAME, zone:DOMAIN, mail:DOMAIN, or name:HOSTNAME. */
  readonly object: string;
  /** How many may go on a host, in all its runs together. One more, and it is stopped again. */
  readonly count: number;
  /**
   * Why that is right, for whoever reads it later. What is spent of an allowance stays spent while this is the same; two about the same thing
   * have reasons of their own.
   */
  readonly reason: string;
  /** The first day on which it holds, as year-month-day, in UTC. */
  readonly from: string;
  /** The last day on which it holds, as year-month-day, in UTC: the thirtieth after the first at the latest. */
  readonly until: string;
}

/** The co-op as a whole: what it is called, its own domain, who runs it. One file, desired-state/cluster.yaml, that only admins may change. */
export interface ClusterDeclaration {
  /** What the co-op is called, for people to read. */
  readonly name: string;
  /** The co-op's own domain. Hosts are named below it: the host main is main.fairmeadow.example. Whatever is below it belongs to the co-op. */
  readonly domain: string;
  /** Where people write to when something is wrong with the co-op's services. It is public: every zone shows it. */
  readonly contact: string;
  /** The members who run the co-op. At least one. An admin is a member with a directory of her own, like everybody. */
  readonly admins: readonly string[];
  /** How the co-op's name servers answer. Leave it out to take the defaults. */
  readonly dns?: DnsDeclaration;
  /** What becomes of data that nobody declares any more. Leave it out to take the defaults. */
  readonly retired?: RetiredDataDeclaration;
  /**
   * With this section, each host checks for every commit who signed it and whether they may change what it changes; without it, whatever is on
   * the branch is believed. Switch it on when every admin has a signing key.
   */
  readonly trust?: TrustDeclaration;
}

/** Who is believed. */
export interface TrustDeclaration {
  /**
   * How many admins must sign what is most sensitive: people, keys, limits, hosts, the co-op's own settings, what destroys data. Where there are
   * fewer admins, all of them. Default: 2.
   */
  readonly approvals?: number;
  /**
   * The public ssh keys with which a forge signs the merges that it makes. Such a key may merge what somebody entitled has signed, byte for byte,
   * and can change nothing itself. Default: [].
   */
  readonly 'merge-keys'?: readonly string[];
  /** The public ssh key with which the git server may tell hosts to look for news at once. It can do nothing else. */
  readonly 'kick-key'?: string;
}

/** What becomes of data that nobody declares any more: homes, mail, keys of zones. */
export interface RetiredDataDeclaration {
  /** How many days hosts keep what was put aside before croft purge may remove it, 0 to 3650. Nothing is ever removed by itself. Default: 30. */
  readonly 'grace-days'?: number;
}

/** How the co-op's name servers answer. */
export interface DnsDeclaration {
  /** How long resolvers may keep an answer from a zone that says nothing itself, in seconds, 60 to 604800. Default: 3600. */
  readonly 'ttl-seconds'?: number;
}

/** One machine of the co-op, named by its file: desired-state/hosts/main.yaml is the host main. Only admins may change it. */
export interface HostDeclaration {
  /** The Debian release on the host: 12 (bookworm) or 13 (trixie). */
  readonly debian: 12 | 13;
  /** The addresses at which everybody reaches the host. */
  readonly addresses: AddressesDeclaration;
  /**
   * What the host does for the co-op. dns-primary holds the zones, dns-secondary copies them, mail takes and keeps mail, web-static serves files
   * and redirects, web-dynamic serves sites that run programs. An empty list is fine for a host where people only log in.
   */
  readonly services: readonly ('dns-primary' | 'dns-secondary' | 'mail' | 'web-static' | 'web-dynamic')[];
  /** Who may log in on the host by ssh. */
  readonly login: LoginDeclaration;
  /**
   * The host's own public key, /etc/croft/host.key.pub there: with it the host fetches over ssh and signs its reports. Without it its reports are
   * not believed.
   */
  readonly key?: string;
  /** The public key by which its sshd is known, /etc/ssh/ssh_host_ed25519_key.pub there: croft kick and croft bootstrap talk to no other. */
  readonly 'ssh-host-key'?: string;
  /** A note for people: what the host is for. At most 200 characters on one line. */
  readonly description?: string;
}

/** The addresses at which everybody reaches the host. */
export interface AddressesDeclaration {
  /** The IPv4 address of the host. */
  readonly ipv4: string;
  /** The IPv6 address of the host. */
  readonly ipv6: string;
}

/** Who may log in on the host by ssh. */
export interface LoginDeclaration {
  /** Who gets a shell: everyone (each active member), admins, or nobody. */
  readonly shell: 'everyone' | 'admins' | 'nobody';
  /** Who may copy files with sftp: everyone (each active member), admins, or nobody. Whoever gets a shell may copy files anyway. */
  readonly files: 'everyone' | 'admins' | 'nobody';
}

/**
 * What a member of this class may use, named by its file: desired-state/limits/small.yaml is the class small. Each member belongs to one class.
 * Only admins may change it.
 */
export interface LimitsDeclaration {
  /** How many processes and threads a member may have at once on each host, 16 to 4096. It stops a fork bomb. */
  readonly tasks: number;
  /**
   * How much memory all processes of a member together may use on each host, in MiB (1024 KiB), at least 64. Above it the member's own processes
   * are stopped, nobody else's.
   */
  readonly 'memory-mib': number;
  /** How much processor time a member may use on each host, in percent of one core, 5 to 1600. 100 is one whole core, 250 is two and a half. */
  readonly 'cpu-percent': number;
  /** How much a member's home directory may hold on each host, in MiB (1024 KiB), at least 16. */
  readonly 'disk-mib': number;
  /** How many files and connections one process of a member may have open, at least 64. */
  readonly 'open-files': number;
  /** How many web sites (vhost files) a member may have. 0 means none. */
  readonly vhosts: number;
  /** How many DNS zones a member may have. 0 means none. */
  readonly zones: number;
  /** How many mailboxes a member may have, over all mail domains together. 0 means none. */
  readonly mailboxes: number;
  /** How many mail aliases a member may have, over all mail domains together. 0 means none. */
  readonly aliases: number;
  /** A note for people: who this class is for. At most 200 characters on one line. */
  readonly description?: string;
}

/** The mail of one domain, named by its file: mailboxes/ada.example.yaml holds the addresses of ada.example. The MX record is added by croft. */
export interface MailboxesDeclaration {
  /** The mailboxes, by the part before the @: lower case letters and digits with single . _ - + between them, at most 64 characters. Default: {}. */
  readonly mailboxes?: { readonly [key: string]: MailboxDeclaration };
  /**
   * Addresses that hand mail on, by the part before the @. Each has a list of targets: the part before the @ of an address in this domain, or a
   * full address anywhere. Default: {}.
   */
  readonly aliases?: { readonly [key: string]: readonly string[] };
  /**
   * Where mail for unknown addresses of this domain goes: one of the mailboxes here, or the full address of another mailbox of the co-op. Leave
   * it out to refuse such mail, which keeps spam away.
   */
  readonly 'catch-all'?: string;
  /** A note for whoever reads this file: who uses this domain for mail. At most 200 characters on one line. */
  readonly description?: string;
}

/** One mailbox. */
export interface MailboxDeclaration {
  /** The hash of the password, never the password itself. This prints one: openssl passwd -6 */
  readonly password: string;
  /** How much mail it may hold, in MiB (1024 KiB), at least 1. Default: 1024. */
  readonly 'quota-mib'?: number;
  /** May this address only send? It then receives and keeps no mail: good for programs. Default: false. */
  readonly 'send-only'?: boolean;
}

/**
 * Who a member is and what she may use, in desired-state/members/<name>/member.yaml. The directory gives her account name. Fields marked as admin
 * are given by the co-op's admins; the others are her own.
 */
export interface MemberDeclaration {
  /** What the member is called, for people to read. Any script. */
  readonly name: string;
  /**
   * The number of her Unix account, the same on all hosts, 10000 to 59999. It never changes, and it is never given to anybody else, not even
   * after she has left.
   */
  readonly uid: number;
  /**
   * active: everything works. suspended: every way in is closed and her sites answer 503, but all her data is kept. retired: she has left; her
   * data waits locked until the grace time is over. Default: "active".
   */
  readonly state?: 'active' | 'suspended' | 'retired';
  /** Her limits class: the name of a file in desired-state/limits without .yaml. */
  readonly limits: string;
  /** Where the co-op reaches her. Better not a mailbox that only works while the co-op's mail does. */
  readonly email: string;
  /** The shell she gets when she logs in. Default: "bash". */
  readonly shell?: 'bash' | 'sh' | 'zsh';
  /**
   * The domains that she may use for sites, zones and mail, with every name below them. The admins give them, after they have seen that a domain
   * is hers. Default: [].
   */
  readonly domains?: readonly string[];
  /**
   * The TCP ports, 20000 to 29999, on which her own programs may listen behind a proxied site. The admins give them, so that no two members have
   * the same. Default: [].
   */
  readonly ports?: readonly number[];
  /**
   * Her public ssh keys. Each is either one line as it stands in her .pub file, or the same with limits on it. Without a key she cannot log in.
   * Default: [].
   */
  readonly 'ssh-keys'?: readonly (string | SshKeyDeclaration)[];
  /**
   * The public ssh keys with which she signs her commits, where the co-op's trust is on. The admins give them, after they have seen that a key is
   * hers: whoever has one of these speaks for her. Each is one line as it stands in her .pub file, or the same with days from and until which it
   * is good. Default: [].
   */
  readonly 'signing-keys'?: readonly (string | SigningKeyDeclaration)[];
  /** Subdomains of her own domains that she lets another member use. The name and all below it then belong to that member. Default: []. */
  readonly delegates?: readonly DelegateDeclaration[];
}

/** A public ssh key with limits on where it may come from and what it may do. */
export interface SshKeyDeclaration {
  /** The public key, one line as it stands in the .pub file. */
  readonly key: string;
  /** The networks from which this key may be used. Leave it out to allow it from anywhere. */
  readonly from?: readonly string[];
  /** May connections with this key forward ports, and the keys of her own ssh agent? Default: false. */
  readonly forwarding?: boolean;
}

/** A public ssh key for signing, with days from and until which it is good. */
export interface SigningKeyDeclaration {
  /** The public key, one line as it stands in the .pub file. An RSA key needs 3072 bits or more. */
  readonly key: string;
  /** The first day on which commits may be signed with it. */
  readonly 'valid-after'?: string;
  /** The first day on which commits may no longer be signed with it. */
  readonly 'valid-before'?: string;
  /** The day on which it was lost or stolen. From the commit that says so on, nothing that is signed with it counts. */
  readonly revoked?: string;
}

/** One subdomain that another member may use. */
export interface DelegateDeclaration {
  /** The subdomain: below one of the domains given to her. */
  readonly domain: string;
  /** The member who may use it. */
  readonly to: string;
}

/**
 * Who has left for good, in desired-state/coop/retired.yaml: account names and uids are never used twice, so that nobody gets what was somebody
 * else's. Only admins may change it.
 */
export interface RetiredDeclaration {
  /** Those who have left. Entries are added and never taken away. */
  readonly members: readonly RetiredMemberDeclaration[];
}

/** One member who has left. */
export interface RetiredMemberDeclaration {
  /** The account name she had. */
  readonly name: string;
  /** The number of the Unix account she had, 10000 to 59999. */
  readonly uid: number;
  /** The day she left, as year-month-day. */
  readonly left: string;
}

/**
 * A password, token or key that programs on a host need, named by its file: secrets/db-password.yaml is the secret db-password. It stands here
 * sealed: only the hosts named and its owner can open it. `croft secret set` writes this file.
 */
export interface SecretDeclaration {
  /**
   * The hosts that need it. Each puts the value into /etc/croft-secrets/<member>/<name>, which the member can read there and nobody else; a
   * secret of the co-op is for root alone.
   */
  readonly hosts: readonly string[];
  /**
   * What `croft secret set NAME` makes of the value, never the value itself: an age file in its armour, sealed to the ssh keys of the hosts above
   * and of the owner.
   */
  readonly sealed: string;
  /** A note for whoever reads this file: what the secret is for. At most 200 characters on one line. */
  readonly description?: string;
}

/**
 * One web site, named by its file: vhosts/blog.ada.example.yaml is the site blog.ada.example. Its name must be below a domain of its owner. It
 * gets its A and AAAA records and its logs by itself.
 */
export interface VhostDeclaration {
  /** Serve the files of a folder. Exactly one of static, redirect and proxy is given. */
  readonly static?: StaticSiteDeclaration;
  /** Send every visitor to another address. Exactly one of static, redirect and proxy is given. */
  readonly redirect?: RedirectSiteDeclaration;
  /** Hand every request to your own program, which listens on one of your ports. Exactly one of static, redirect and proxy is given. */
  readonly proxy?: ProxySiteDeclaration;
  /** Further names of the same site. A name with letters outside a to z is written in its A-label form (xn--…). Default: []. */
  readonly aliases?: readonly string[];
  /** Single addresses of this site that lead elsewhere, for instance after a page has moved. The first that fits counts. Default: []. */
  readonly redirects?: readonly PathRedirectDeclaration[];
  /** HTTP headers to add to every answer. Default: []. */
  readonly headers?: readonly HeaderDeclaration[];
  /** Your own pages for errors, by HTTP status, each a path on this site. */
  readonly 'error-pages'?: ErrorPagesDeclaration;
  /**
   * off: plain http works. redirect: visitors of http are sent to https; that is refused as long as croft sets up no TLS, since nothing would
   * answer them there. Default: "off".
   */
  readonly https?: 'off' | 'redirect';
  /** Which host serves the site. Leave it out: the co-op then chooses the right one. */
  readonly host?: string;
  /** A note for whoever reads this file: what the site is, why it is as it is. At most 200 characters on one line. */
  readonly description?: string;
}

/** A site of plain files. */
export interface StaticSiteDeclaration {
  /** The folder with the files, inside the home directory (for the co-op's own sites: below /srv/www). It cannot be the home directory itself. */
  readonly root: string;
  /** Which file is shown for a folder: the first of these that exists. Default: ["index.html"]. */
  readonly index?: readonly string[];
  /** May visitors see what is in a folder that has no index file? Default: false. */
  readonly listing?: boolean;
}

/** A site that sends its visitors elsewhere. */
export interface RedirectSiteDeclaration {
  /** The address to send visitors to. */
  readonly to: string;
  /** 301 and 308: moved for good (308 keeps the method). 302 and 307: for now (307 keeps the method). Default: 301. */
  readonly status?: 301 | 302 | 307 | 308;
  /** Add the path that the visitor asked for to the new address? With false everybody lands at exactly the address given. Default: true. */
  readonly 'keep-path'?: boolean;
}

/** A site that your own program answers. */
export interface ProxySiteDeclaration {
  /** The TCP port on which your program listens on 127.0.0.1: one of the ports given to you in member.yaml. */
  readonly port: number;
}

/** One address of the site that leads elsewhere. */
export interface PathRedirectDeclaration {
  /** The path on this site. */
  readonly from: string;
  /** true: only exactly this path. false: this path and everything below it; what follows is added to the new address. Default: true. */
  readonly exact?: boolean;
  /** The address to send visitors to. */
  readonly to: string;
  /** 301 and 308: moved for good (308 keeps the method). 302 and 307: for now (307 keeps the method). Default: 302. */
  readonly status?: 301 | 302 | 307 | 308;
}

/** One HTTP header. */
export interface HeaderDeclaration {
  /** The name of the header: letters, digits, hyphens and underscores. */
  readonly name: string;
  /** The value of the header: visible ASCII characters and single blanks, at most 1,024. It is sent as it is; nothing in it is replaced. */
  readonly value: string;
}

/** Own pages for errors, by HTTP status. */
export interface ErrorPagesDeclaration {
  /** The page for a request that the server cannot understand (400). */
  readonly '400'?: string;
  /** The page for somebody who did not log in (401). */
  readonly '401'?: string;
  /** The page for something that nobody may see (403). */
  readonly '403'?: string;
  /** The page for a page that does not exist (404). */
  readonly '404'?: string;
  /** The page for a method that is not allowed (405). */
  readonly '405'?: string;
  /** The page for a page that is gone for good (410). */
  readonly '410'?: string;
  /** The page for an upload that is too big (413). */
  readonly '413'?: string;
  /** The page for an address that is too long (414). */
  readonly '414'?: string;
  /** The page for somebody who asks too often (429). */
  readonly '429'?: string;
  /** The page for something withheld for legal reasons (451). */
  readonly '451'?: string;
  /** The page for a program that failed (500). */
  readonly '500'?: string;
  /** The page for a program that does not answer properly (502). */
  readonly '502'?: string;
  /** The page for a site that is not available now (503). */
  readonly '503'?: string;
  /** The page for a program that answers too late (504). */
  readonly '504'?: string;
}

/**
 * One DNS zone, named by its file: zones/ada.example.yaml is the zone ada.example. It holds only what croft cannot know: the SOA and NS records,
 * and the addresses of sites, hosts and mail, are added.
 */
export interface ZoneDeclaration {
  /** How long resolvers may keep an answer from this zone, in seconds, 60 to 604800. Leave it out to take the co-op's. */
  readonly 'ttl-seconds'?: number;
  /**
   * Sign the zone (DNSSEC), so that nobody on the way can forge its answers. The co-op's name server makes the keys and signs by itself. About a
   * day later a CDS record appears at the top of the zone: give that to your registrar as DS. To switch it off, first have the DS taken away
   * there, wait two days, then write false: a guard reminds you. Default: false.
   */
  readonly dnssec?: boolean;
  /** The records of the zone, in any order. Default: []. */
  readonly records?: readonly RecordDeclaration[];
  /** A note for whoever reads this file: what the zone is for. At most 200 characters on one line. */
  readonly description?: string;
}

/** One record. Its type decides which fields it has. */
export type RecordDeclaration =
  | ARecordDeclaration
  | AaaaRecordDeclaration
  | CnameRecordDeclaration
  | NsRecordDeclaration
  | PtrRecordDeclaration
  | MxRecordDeclaration
  | TxtRecordDeclaration
  | SrvRecordDeclaration
  | CaaRecordDeclaration
  | SshfpRecordDeclaration
  | TlsaRecordDeclaration
  | DsRecordDeclaration;

/** An IPv4 address for a name. RFC 1035. */
export interface ARecordDeclaration {
  /** The name inside the zone: @ for the zone itself, or a name without the zone and without a dot at the end. */
  readonly name: string;
  /** The type of the record: A. */
  readonly type: 'A';
  /** How long resolvers may keep this answer, in seconds, 60 to 604800. Leave it out to take the zone's. */
  readonly 'ttl-seconds'?: number;
  /** The IPv4 address. */
  readonly address: string;
}

/** An IPv6 address for a name. RFC 3596. */
export interface AaaaRecordDeclaration {
  /** The name inside the zone: @ for the zone itself, or a name without the zone and without a dot at the end. */
  readonly name: string;
  /** The type of the record: AAAA. */
  readonly type: 'AAAA';
  /** How long resolvers may keep this answer, in seconds, 60 to 604800. Leave it out to take the zone's. */
  readonly 'ttl-seconds'?: number;
  /** The IPv6 address, in its short form. */
  readonly address: string;
}

/** Another name for a name. No other record may stand at the same name, so it cannot stand at @. RFC 1034. */
export interface CnameRecordDeclaration {
  /** The name inside the zone: @ for the zone itself, or a name without the zone and without a dot at the end. */
  readonly name: string;
  /** The type of the record: CNAME. */
  readonly type: 'CNAME';
  /** How long resolvers may keep this answer, in seconds, 60 to 604800. Leave it out to take the zone's. */
  readonly 'ttl-seconds'?: number;
  /** The real name: either a single label (a name in this zone) or a full name that ends in a dot. */
  readonly target: string;
}

/** A name server for a part of the zone that somebody else runs. The zone's own name servers are added by croft. RFC 1035. */
export interface NsRecordDeclaration {
  /** The name inside the zone: @ for the zone itself, or a name without the zone and without a dot at the end. */
  readonly name: string;
  /** The type of the record: NS. */
  readonly type: 'NS';
  /** How long resolvers may keep this answer, in seconds, 60 to 604800. Leave it out to take the zone's. */
  readonly 'ttl-seconds'?: number;
  /** The name server: either a single label (a name in this zone) or a full name that ends in a dot. */
  readonly target: string;
}

/** The name that belongs to an address, in a reverse zone. Hosts of the co-op get theirs from croft. RFC 1035. */
export interface PtrRecordDeclaration {
  /** The name inside the zone: @ for the zone itself, or a name without the zone and without a dot at the end. */
  readonly name: string;
  /** The type of the record: PTR. */
  readonly type: 'PTR';
  /** How long resolvers may keep this answer, in seconds, 60 to 604800. Leave it out to take the zone's. */
  readonly 'ttl-seconds'?: number;
  /** The name of the address: a full name that ends in a dot. */
  readonly target: string;
}

/** A host that takes mail for a name. A domain whose mail the co-op keeps gets its MX from croft. RFC 5321. */
export interface MxRecordDeclaration {
  /** The name inside the zone: @ for the zone itself, or a name without the zone and without a dot at the end. */
  readonly name: string;
  /** The type of the record: MX. */
  readonly type: 'MX';
  /** How long resolvers may keep this answer, in seconds, 60 to 604800. Leave it out to take the zone's. */
  readonly 'ttl-seconds'?: number;
  /** Which host is tried first: the lowest number, 0 to 65535. */
  readonly preference: number;
  /** The mail host: either a single label (a name in this zone) or a full name that ends in a dot. Never an address and never a CNAME. */
  readonly exchange: string;
}

/** Free text for programs, for instance to prove that a domain is yours. RFC 1035. */
export interface TxtRecordDeclaration {
  /** The name inside the zone: @ for the zone itself, or a name without the zone and without a dot at the end. */
  readonly name: string;
  /** The type of the record: TXT. */
  readonly type: 'TXT';
  /** How long resolvers may keep this answer, in seconds, 60 to 604800. Leave it out to take the zone's. */
  readonly 'ttl-seconds'?: number;
  /** The text in printable ASCII, at most 4,000 characters. Write it as it is: croft quotes it and splits it. */
  readonly text: string;
}

/** Where a service of a name is found. The name begins with _service._protocol. RFC 2782. */
export interface SrvRecordDeclaration {
  /** The name inside the zone: @ for the zone itself, or a name without the zone and without a dot at the end. */
  readonly name: string;
  /** The type of the record: SRV. */
  readonly type: 'SRV';
  /** How long resolvers may keep this answer, in seconds, 60 to 604800. Leave it out to take the zone's. */
  readonly 'ttl-seconds'?: number;
  /** Which target is tried first: the lowest number, 0 to 65535. */
  readonly priority: number;
  /** How often a target is chosen among those of the same priority, 0 to 65535. */
  readonly weight: number;
  /** The port of the service, 0 to 65535. */
  readonly port: number;
  /** The host of the service: either a single label (a name in this zone) or a full name that ends in a dot. */
  readonly target: string;
}

/** Which authorities may make certificates for a name. RFC 8659. */
export interface CaaRecordDeclaration {
  /** The name inside the zone: @ for the zone itself, or a name without the zone and without a dot at the end. */
  readonly name: string;
  /** The type of the record: CAA. */
  readonly type: 'CAA';
  /** How long resolvers may keep this answer, in seconds, 60 to 604800. Leave it out to take the zone's. */
  readonly 'ttl-seconds'?: number;
  /** Must an authority that does not know this tag refuse? Default: false. */
  readonly critical?: boolean;
  /** issue: who may make certificates. issuewild: who may make wildcard certificates. iodef: where to report what was refused. */
  readonly tag: 'issue' | 'issuewild' | 'iodef';
  /**
   * The domain of the authority (for issue and issuewild; a single ; means nobody), or a mailto: or https: address (for iodef). Printable ASCII,
   * at most 255 characters.
   */
  readonly value: string;
}

/** The fingerprint of a host's ssh key; ssh-keygen -r prints it. RFC 4255. */
export interface SshfpRecordDeclaration {
  /** The name inside the zone: @ for the zone itself, or a name without the zone and without a dot at the end. */
  readonly name: string;
  /** The type of the record: SSHFP. */
  readonly type: 'SSHFP';
  /** How long resolvers may keep this answer, in seconds, 60 to 604800. Leave it out to take the zone's. */
  readonly 'ttl-seconds'?: number;
  /** The kind of key: 1 RSA, 3 ECDSA, 4 Ed25519, 6 Ed448. */
  readonly algorithm: 1 | 3 | 4 | 6;
  /** The digest: 1 SHA-1 (40 hexadecimal digits), 2 SHA-256 (64). */
  readonly 'fingerprint-type': 1 | 2;
  /** The fingerprint in hexadecimal. */
  readonly fingerprint: string;
}

/** Which certificate a service shows. The name begins with _port._protocol. RFC 6698. */
export interface TlsaRecordDeclaration {
  /** The name inside the zone: @ for the zone itself, or a name without the zone and without a dot at the end. */
  readonly name: string;
  /** The type of the record: TLSA. */
  readonly type: 'TLSA';
  /** How long resolvers may keep this answer, in seconds, 60 to 604800. Leave it out to take the zone's. */
  readonly 'ttl-seconds'?: number;
  /**
   * What the certificate is: 0 a public authority, 1 the certificate and a public authority must agree, 2 your own authority, 3 the certificate
   * itself.
   */
  readonly usage: number;
  /** What is compared: 0 the whole certificate, 1 its public key. */
  readonly selector: number;
  /** How it is compared: 0 as it is, 1 SHA-256 (64 hexadecimal digits), 2 SHA-512 (128). */
  readonly matching: number;
  /** The data or its digest in hexadecimal. */
  readonly association: string;
}

/** The key of a part of the zone that is signed by its own name servers. It stands beside that part's NS records. RFC 4034. */
export interface DsRecordDeclaration {
  /** The name inside the zone: @ for the zone itself, or a name without the zone and without a dot at the end. */
  readonly name: string;
  /** The type of the record: DS. */
  readonly type: 'DS';
  /** How long resolvers may keep this answer, in seconds, 60 to 604800. Leave it out to take the zone's. */
  readonly 'ttl-seconds'?: number;
  /** The number of the key, 0 to 65535. */
  readonly 'key-tag': number;
  /** The kind of key: 8 RSA/SHA-256, 10 RSA/SHA-512, 13 ECDSA P-256, 14 ECDSA P-384, 15 Ed25519, 16 Ed448. */
  readonly algorithm: 8 | 10 | 13 | 14 | 15 | 16;
  /** The digest: 2 SHA-256 (64 hexadecimal digits), 4 SHA-384 (96). */
  readonly 'digest-type': 2 | 4;
  /** The digest of the key in hexadecimal. */
  readonly digest: string;
}
