/**
 * Names that lead to somebody else's service. A CNAME to a hosting service says only "whoever has this name over there": when the site
 * there is deleted, or was never made, anybody with an account may claim it, and speaks under the member's domain from then on, with a
 * valid certificate. croft cannot ask the service, so it says so whenever such a record is new.
 * Source: the services' own pages on custom domains; https://github.com/EdOverflow/can-i-take-over-xyz collects who checks what.
 */
import type { DesiredState } from '../model/desired.ts';
import { isWithin } from '../model/grammar/names.ts';
import type { Problem } from '../model/problem.ts';
import { compareProblems } from '../model/problem.ts';
import { finding, shown } from './finding.ts';

interface Service {
  readonly suffix: string;
  readonly name: string;
  /** Why a name there can be lost. */
  readonly because: string;
}

const named = 'whoever makes a site of that name has it';
const freed = 'a name that is given up is free for the next one';
const unclaimed = 'a domain that no project has claimed can be claimed by any';

/** Services under whose names anybody with an account can answer. */
export const services: readonly Service[] = [
  { suffix: 'azureedge.net', name: 'Azure CDN', because: freed },
  { suffix: 'azurefd.net', name: 'Azure Front Door', because: freed },
  { suffix: 'azurewebsites.net', name: 'Azure App Service', because: freed },
  { suffix: 'blob.core.windows.net', name: 'Azure Storage', because: freed },
  { suffix: 'cloudapp.azure.com', name: 'Azure virtual machines', because: freed },
  { suffix: 'cloudapp.net', name: 'Azure Cloud Services', because: freed },
  { suffix: 'trafficmanager.net', name: 'Azure Traffic Manager', because: freed },
  { suffix: 's3.amazonaws.com', name: 'Amazon S3', because: named },
  { suffix: 'amazonaws.com', name: 'Amazon Web Services', because: freed },
  { suffix: 'elasticbeanstalk.com', name: 'AWS Elastic Beanstalk', because: named },
  { suffix: 'cloudfront.net', name: 'Amazon CloudFront', because: unclaimed },
  { suffix: 'github.io', name: 'GitHub Pages', because: unclaimed },
  { suffix: 'gitlab.io', name: 'GitLab Pages', because: unclaimed },
  { suffix: 'bitbucket.io', name: 'Bitbucket Cloud', because: named },
  { suffix: 'codeberg.page', name: 'Codeberg Pages', because: unclaimed },
  { suffix: 'herokuapp.com', name: 'Heroku', because: named },
  { suffix: 'herokudns.com', name: 'Heroku', because: unclaimed },
  { suffix: 'netlify.app', name: 'Netlify', because: unclaimed },
  { suffix: 'netlify.com', name: 'Netlify', because: unclaimed },
  { suffix: 'pages.dev', name: 'Cloudflare Pages', because: named },
  { suffix: 'workers.dev', name: 'Cloudflare Workers', because: named },
  { suffix: 'vercel.app', name: 'Vercel', because: unclaimed },
  { suffix: 'vercel-dns.com', name: 'Vercel', because: unclaimed },
  { suffix: 'now.sh', name: 'Vercel', because: named },
  { suffix: 'fly.dev', name: 'Fly.io', because: named },
  { suffix: 'onrender.com', name: 'Render', because: unclaimed },
  { suffix: 'web.app', name: 'Firebase Hosting', because: named },
  { suffix: 'firebaseapp.com', name: 'Firebase Hosting', because: named },
  { suffix: 'ghost.io', name: 'Ghost', because: named },
  { suffix: 'myshopify.com', name: 'Shopify', because: unclaimed },
  { suffix: 'readthedocs.io', name: 'Read the Docs', because: unclaimed },
  { suffix: 'surge.sh', name: 'Surge', because: named },
  { suffix: 'wordpress.com', name: 'WordPress.com', because: unclaimed },
  { suffix: 'zendesk.com', name: 'Zendesk', because: unclaimed },
];

/** Warn of each record of a state that leads to such a service and was not in the state before. The most exact suffix answers. */
export function takeovers(before: DesiredState | null, after: DesiredState | null): readonly Problem[] {
  const known = new Set(pointers(before).map(({ name, target }) => `${name} ${target}`));
  return pointers(after).filter(({ name, target }) => !known.has(`${name} ${target}`)).flatMap(({ name, target, source }) => {
    const service = serviceOf(target);
    return service === null ? [] : [warning(source, { name, target, service })];
  }).toSorted(compareProblems);
}

/** Find the service that a name leads to. */
export function serviceOf(target: string): Service | null {
  return services.filter(({ suffix }) => isWithin(target, suffix)).sort((a, b) => b.suffix.length - a.suffix.length)[0] ?? null;
}

interface Pointer {
  readonly name: string;
  readonly target: string;
  readonly source: Problem['source'];
}

function pointers(state: DesiredState | null): readonly Pointer[] {
  const records = (state?.zones ?? []).flatMap((zone) => zone.records);
  return records.flatMap(({ name, data, source }) => (data.type === 'CNAME' ? [{ name, target: data.target, source }] : []));
}

function warning(source: Problem['source'], { name, target, service }: Omit<Pointer, 'source'> & { readonly service: Service }): Problem {
  const message = `cannot tell whether ${shown(target)} is yours: at ${service.name}, ${service.because}; who has it answers as ${shown(name)}`;
  return finding(source, { code: 'dns/takeover', message, hint: 'make the site there first, and take this record away before you give the site up' });
}
