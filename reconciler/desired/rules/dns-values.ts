import { hostname } from '../../model/grammar/names.ts';
import { mailAddress } from '../../model/grammar/mail.ts';
import { httpUrl } from '../../model/grammar/paths.ts';
import type { RecordData } from '../../model/record.ts';
import { finding, shown, type Finding } from '../finding.ts';
import { rangeOf } from '../private-ranges.ts';
import type { World } from '../world.ts';
import { entriesOf } from './dns-entries.ts';

/** Digests have the length of their type. RFC 4255 and 6594, RFC 6698, RFC 4509 and 6605. */
export function* digestsAreWhole({ zones }: World): Iterable<Finding> {
  for (const { data, at } of zones.flatMap(entriesOf)) {
    const [field, text, digits] = digestOf(data);
    if (digits !== undefined && text.length !== digits) {
      yield finding(at(field), { code: 'dns/digest-length', message: `cannot use ${text.length} digits as ${field}: a digest of this type has ${digits}` });
    }
  }
}

const DIGITS: { readonly [type: string]: { readonly [digest: number]: number } } = { SSHFP: { 1: 40, 2: 64 }, TLSA: { 1: 64, 2: 128 }, DS: { 2: 64, 4: 96 } };

function digestOf(data: RecordData): readonly [string, string, number | undefined] {
  if (data.type === 'SSHFP') return ['fingerprint', data.fingerprint, DIGITS['SSHFP']?.[data.fingerprintType]];
  if (data.type === 'TLSA') return ['association', data.association, DIGITS['TLSA']?.[data.matching]];
  return data.type === 'DS' ? ['digest', data.digest, DIGITS['DS']?.[data.digestType]] : ['', '', undefined];
}

/** Services and certificates are looked for at names that begin with two underscored labels. RFC 2782, RFC 6698 3. */
export function* serviceNamesFit({ zones }: World): Iterable<Finding> {
  for (const { type, name, at } of zones.flatMap(entriesOf)) {
    if (type === 'SRV' && !/^_[^.]+\._(?:tcp|udp|tls|sctp|dccp)\./.test(name)) {
      yield finding(at('name'), {
        code: 'dns/srv-name', message: `cannot find an SRV record at ${shown(name)}: its name must begin with _service._protocol`,
        hint: 'for example _xmpp-client._tcp',
      });
    }
    if (type === 'TLSA' && !/^(?:_[0-9]{1,5}|\*)\._(?:tcp|udp|sctp)\./.test(name)) {
      yield finding(at('name'), {
        code: 'dns/tlsa-name', message: `cannot find a TLSA record at ${shown(name)}: its name must begin with _port._protocol`,
        hint: 'for example _443._tcp',
      });
    }
  }
}

/** CAA values are what authorities understand. RFC 8659, 4.2 to 4.4. */
export function* caaValuesFit({ zones }: World): Iterable<Finding> {
  for (const { data, at } of zones.flatMap(entriesOf)) {
    if (data.type !== 'CAA') continue;
    const fits = data.tag === 'iodef' ? isReportAddress(data.value) : isIssuer(data.value);
    const right = data.tag === 'iodef' ? 'mailto: or https: and an address' : 'the domain of an authority, perhaps with ; name=value after it, or ; for nobody';
    if (!fits) yield finding(at('value'), { code: 'dns/caa-value', message: `cannot use ${shown(data.value)} for ${data.tag}: it must be ${right}` });
  }
}

function isIssuer(value: string): boolean {
  const [domain = '', ...parameters] = value.split(';').map((part) => part.trim());
  const named = parameters.every((parameter) => /^[A-Za-z0-9]+=[!-:<-~]*$/.test(parameter));
  return domain === '' ? parameters.length === 1 && parameters[0] === '' : hostname(domain) !== null && (named || parameters.join('') === '');
}

function isReportAddress(value: string): boolean {
  return value.startsWith('mailto:') ? mailAddress(value.slice('mailto:'.length)) !== null : value.startsWith('https:') && httpUrl(value) !== null;
}

/** Names of the co-op's own zones do not lead into networks behind somebody's router (DNS rebinding). */
export function* sharedAddressesArePublic({ zones }: World): Iterable<Finding> {
  for (const { data, at } of zones.filter(({ document }) => document.owner === 'coop').flatMap(entriesOf)) {
    const range = data.type === 'A' || data.type === 'AAAA' ? rangeOf(data.address) : null;
    if (range !== null) yield finding(at('address'), {
      code: 'dns/private-address', message: `cannot publish ${range} in a zone of the co-op`, hint: 'give an address that everybody reaches',
    });
  }
}
