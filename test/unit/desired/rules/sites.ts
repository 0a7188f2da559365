/** Mistakes in what documents say of sites. */
import { base } from '../coop.ts';
import { blog, swap, type Case } from './case.ts';

/** Each with the nearest thing that is right. */
export const ofSites: readonly Case[] = [
  {
    code: 'vhost/foreign-domain', at: 'members/bob/vhosts/shop.ada.example.yaml:1:1', says: '`ada.example` belongs to ada',
    files: { 'members/bob/vhosts/shop.ada.example.yaml': 'static: {root: a}\n' },
    twin: { 'members/bob/vhosts/shop.bob.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'vhost/foreign-domain', at: `${blog}:2:11`, says: 'below no domain of ada',
    files: swap(blog, 'www.ada.example', 'evil-ada.example'),
    twin: swap(blog, 'www.ada.example', 'ada.example'),
  },
  {
    code: 'vhost/foreign-domain', at: 'members/carol/vhosts/a.shop.carol.example.yaml:1:1', says: '`shop.carol.example` belongs to erin',
    files: { 'members/carol/vhosts/a.shop.carol.example.yaml': 'static: {root: a}\n' },
    twin: { 'members/carol/vhosts/a.carol.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'vhost/foreign-domain', at: 'members/bob/vhosts/x.fairmeadow.example.yaml:1:1', says: 'belongs to the co-op',
    files: { 'members/bob/vhosts/x.fairmeadow.example.yaml': 'static: {root: a}\n' },
    twin: { 'coop/vhosts/x.bob.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'vhost/duplicate-name', at: 'members/ada/vhosts/www.ada.example.yaml:1:1', says: 'it leads to the site blog.ada.example',
    files: { 'members/ada/vhosts/www.ada.example.yaml': 'static: {root: a}\n' },
    twin: { 'members/ada/vhosts/www2.ada.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'vhost/duplicate-name', at: 'coop/vhosts/blog.ada.example.yaml:1:1', says: 'of ada',
    files: { 'coop/vhosts/blog.ada.example.yaml': 'static: {root: a}\n' },
    twin: {},
  },
  {
    code: 'vhost/unknown-host', at: `${blog}:3:7`, says: 'did you mean `main`?',
    files: { [blog]: `${base[blog]}host: mian\n` },
    twin: { [blog]: `${base[blog]}host: main\n` },
  },
  { code: 'vhost/unfit-host', at: `${blog}:3:7`, says: 'take `main`, or leave it out', files: { [blog]: `${base[blog]}host: dynamic\n` }, twin: {} },
  {
    code: 'vhost/foreign-port', at: `${blog}:1:15`, says: 'yours are 20001',
    files: { [blog]: 'proxy: {port: 20002}\n' },
    twin: { [blog]: 'proxy: {port: 20001}\n' },
  },
  {
    code: 'vhost/foreign-port', at: 'coop/vhosts/www.fairmeadow.example.yaml:1:15',
    files: { 'coop/vhosts/www.fairmeadow.example.yaml': 'proxy: {port: 20001}\n' },
    twin: {},
  },
  {
    code: 'vhost/duplicate-redirect', at: `${blog}:4:12`,
    files: { [blog]: 'static: {root: a}\nredirects:\n  - {from: /a, to: "https://x.example/"}\n  - {from: /a, to: "https://y.example/"}\n' },
    twin: { [blog]: 'static: {root: a}\nredirects:\n  - {from: /a, to: "https://x.example/"}\n  - {from: /a, exact: false, to: "https://y.example/"}\n' },
  },
  {
    code: 'vhost/redirect-to-itself', at: `${blog}:1:16`,
    files: { [blog]: 'redirect: {to: "http://blog.ada.example/"}\n' },
    twin: { [blog]: 'redirect: {to: "http://nas.ada.example/"}\n' },
  },
  {
    code: 'vhost/redirect-to-itself', at: `${blog}:1:16`, says: 'nothing answers https here yet',
    files: { [blog]: 'redirect: {to: "https://blog.ada.example"}\n' },
    twin: { [blog]: 'redirect: {to: "https://blog.ada.example:8443/"}\n' },
  },
  {
    code: 'vhost/no-https', at: `${blog}:2:8`, says: 'nothing answers there, croft sets up no TLS yet – take `https` out',
    files: { [blog]: 'static: {root: a}\nhttps: redirect\n' },
    twin: { [blog]: 'static: {root: a}\nhttps: "off"\n' },
  },
  {
    code: 'vhost/reserved-header', at: `${blog}:2:18`,
    files: { [blog]: 'static: {root: a}\nheaders: [{name: Content-Length, value: "1"}]\n' },
    twin: { [blog]: 'static: {root: a}\nheaders: [{name: X-Frame-Options, value: DENY}]\n' },
  },
  {
    code: 'vhost/duplicate-header', at: `${blog}:2:47`,
    files: { [blog]: 'static: {root: a}\nheaders: [{name: X-A,     value: "1"}, {name: x-a, value: "2"}]\n' },
    twin: { [blog]: 'static: {root: a}\nheaders: [{name: Set-Cookie, value: "1"}, {name: Set-Cookie, value: "2"}]\n' },
  },
  {
    code: 'value/url-path', at: `${blog}:2:22`, says: 'shortest spelling',
    files: { [blog]: 'static: {root: a}\nerror-pages: {"404": /%FF}\n' },
    twin: { [blog]: 'static: {root: a}\nerror-pages: {"404": /%C3%A9}\n' },
  },
  {
    code: 'value/host-name', at: `${blog}:2:11`, says: 'one script',
    files: swap(blog, 'www.ada.example', 'xn--pypal-4ve.ada.example'),
    twin: swap(blog, 'www.ada.example', 'xn--bcher-kva.ada.example'),
  },
];
