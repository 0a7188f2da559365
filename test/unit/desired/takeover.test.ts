import { describe, expect, it } from 'vitest';
import { check } from '../../../reconciler/desired/check.ts';
import { serviceOf, services, takeovers } from '../../../reconciler/desired/takeover.ts';
import { formatProblem } from '../../../reconciler/model/problem.ts';
import { snapshot } from './coop.ts';

function state(records: string): ReturnType<typeof check>['value'] {
  const { value, problems } = check(snapshot({ 'members/ada/zones/ada.example.yaml': `records:\n${records}` }));
  expect(problems).toEqual([]);
  return value;
}

const plain = state('  - {name: nas, type: A, address: 198.51.100.7}\n');
const pointing = state('  - {name: nas, type: A, address: 198.51.100.7}\n  - {name: app, type: CNAME, target: old-app.github.io.}\n');

describe('a name that leads to somebody else\'s service', () => {
  it('is warned of at its line, with what may happen and what to do', () => {
    expect(takeovers(plain, pointing).map(formatProblem)).toEqual([
      'desired-state/members/ada/zones/ada.example.yaml:3:5: cannot tell whether `old-app.github.io` is yours: at GitHub Pages, a domain that no project has claimed can be claimed by any; who has it answers as `app.ada.example` – make the site there first, and take this record away before you give the site up [dns/takeover]',
    ]);
  });

  it('is warned of when it is new, and not again with every other change', () => {
    expect(takeovers(pointing, pointing)).toEqual([]);
    expect(takeovers(null, pointing)).toHaveLength(1);
    expect(takeovers(pointing, null)).toEqual([]);
    expect(takeovers(pointing, state('  - {name: app, type: CNAME, target: other.herokuapp.com.}\n'))).toHaveLength(1);
  });

  it.each([
    ['x.github.io', 'GitHub Pages'], ['github.io', 'GitHub Pages'], ['notgithub.io', undefined], ['bucket.s3.amazonaws.com', 'Amazon S3'], ['x.eu-west-1.elb.amazonaws.com', 'Amazon Web Services'],
    ['blog.ada.example', undefined], ['shop.pages.dev', 'Cloudflare Pages'], ['app.azurewebsites.net', 'Azure App Service'], ['site.netlify.app', 'Netlify'],
  ])('%s is of %s', (target, name) => expect(serviceOf(target)?.name).toBe(name));

  it('knows each service once, by a name in small letters, with a reason', () => {
    expect(new Set(services.map(({ suffix }) => suffix)).size).toBe(services.length);
    for (const { suffix, name, because } of services) {
      expect(suffix).toMatch(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/);
      expect(name.length * because.length).toBeGreaterThan(0);
    }
  });
});
