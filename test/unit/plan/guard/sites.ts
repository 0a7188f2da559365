/** Changes that take sites away. */
import { ada, files, generous, member, numbers, type Case, type Files, type Harmless } from './case.ts';

const site = 'host: one\nstatic:\n  root: web/s\n';
const sites = (count: number): readonly string[] => numbers(count).map((id) => `members/ada/vhosts/s${id}.ada.example.yaml`);
const shared = (count: number): readonly string[] => numbers(count).map((id) => `coop/vhosts/s${id}.meadow.example.yaml`);
const shops = (members: number, each: number, text: string | null): Files =>
  files(numbers(members).flatMap((id) => numbers(each).map((number) => `members/m${id}/vhosts/s${number}.m${id}.example.yaml`)), text);
const shopkeepers = (count: number): Files => ({
  ...generous, ...Object.fromEntries(numbers(count).map((id, index) => [`members/m${id}/member.yaml`, member(11_000 + index, `domains: [m${id}.example]\n`)])),
});

/** Each is stopped. */
export const ofSites: readonly Case[] = [
  { name: 'many sites of one member', before: { ...ada(), ...files(sites(20), site) }, commit: files(sites(14), null), guarded: ['mass-removal member:ada member:ada 14'], more: files(sites(15), null) },
  { name: 'many sites of the co-op', before: files(shared(30), 'host: one\nstatic:\n  root: s\n'), commit: files(shared(14), null), guarded: ['mass-removal coop coop 14'], more: files(shared(15), null) },
  {
    name: 'a few sites of each of many members', before: { ...shopkeepers(6), ...shops(6, 10, site) }, commit: shops(6, 9, null), guarded: ['mass-removal host:one coop 54'],
    more: shops(6, 10, null),
  },
];

/** Each goes through. */
export const harmlessOfSites: readonly Harmless[] = [
  { name: 'half of the sites of a member who has few', before: { ...ada(), ...files(sites(4), site) }, commit: files(sites(4), null) },
  { name: 'ten of many sites', before: { ...ada(), ...files(sites(20), site) }, commit: files(sites(10), null) },
  { name: 'more than ten, but not a third, of the sites of a member who has many', before: { ...ada(), ...files(sites(45), site) }, commit: files(sites(13), null) },
  { name: 'more than ten, but not a third, of what the co-op has on a host', before: files(shared(45), 'host: one\nstatic:\n  root: s\n'), commit: files(shared(13), null) },
];
