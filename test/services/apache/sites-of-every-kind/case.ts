import { aFolder, aHost, aMember, aProgram, aRedirect, aState, aVhost } from '../../state.ts';

const ada = aMember('ada', 10_001);
const bob = aMember('bob', 10_002);
const main = aHost('main', { roles: ['web-static'] });
const dynamic = aHost('dynamic', { debian: 13, roles: ['web-dynamic', 'web-static'] });

export const state = aState({
  members: [ada, bob],
  hosts: [dynamic, main, aHost('shell')],
  vhosts: [
    aVhost('ada.example', { member: ada, host: main, site: aFolder('sites/ada', true) }, {
      aliases: ['www.ada.example'],
      redirects: [
        { from: '/feed', to: 'https://blog.ada.example/feed.xml', status: 301 },
        { from: '/old', exact: false, to: 'https://archive.ada.example/' },
        { from: '/old/covered', to: 'https://nowhere.example/' },
        { from: '/a%20b.html', to: 'https://x.example/What%3F?a=b%20&c=$1#top', status: 307 },
      ],
      headers: { 'X-Frame-Options': 'DENY', 'Content-Security-Policy': "default-src 'self'; img-src \"x\" 100%" },
      errorPages: { 404: '/not-found.html' },
    }),
    aVhost('app.bob.example', { member: bob, host: dynamic, site: aProgram(20_010) }, {
      redirects: [{ from: '/wiki', exact: false, to: 'https://wiki.example' }, { from: '/', to: 'https://start.example/' }],
    }),
    aVhost('blog.ada.example', { member: ada, host: main, site: aRedirect('https://www.ada.example/blog') }),
    aVhost('fairmeadow.example', { member: null, host: main, site: aFolder('fairmeadow/public') }),
    aVhost('fixed.ada.example', { member: ada, host: main, site: aRedirect('https://www.ada.example/a%20b?x=1', false) }),
    aVhost('news.fairmeadow.example', { member: null, host: main, site: aFolder('fairmeadow/news') }),
    aVhost('safe.bob.example', { member: bob, host: dynamic, site: aProgram(20_011) }, { https: 'redirect' }),
  ],
});
