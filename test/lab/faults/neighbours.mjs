// Asks at the tester's place whether members' sites and zones are what they are to be.
//   node neighbours.mjs ADDRESS   reads [{ site, header, zone, text }, …] from its input; prints the names of those that are not
import { Resolver } from 'node:dns/promises';
import { Agent, request } from 'node:http';

const [address] = process.argv.slice(2);
let input = '';
for await (const chunk of process.stdin) input += chunk;
const agent = new Agent({ maxSockets: 16 });
const resolver = new Resolver({ timeout: 3000, tries: 3 });
resolver.setServers([address]);

function headerOf(site) {
  return new Promise((resolve) => {
    request({ host: address, port: 80, path: '/', headers: { host: site }, agent, timeout: 10_000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(`${response.statusCode} ${response.headers['x-round'] ?? ''}`.trim()));
    }).on('error', (error) => resolve(error.code)).end();
  });
}

async function textOf(zone) {
  try {
    return (await resolver.resolveTxt(`round.${zone}`)).flat().join('');
  } catch (error) {
    return error.code;
  }
}

const wrong = [];
await Promise.all(JSON.parse(input).map(async ({ site, header, zone, text }) => {
  const found = await headerOf(site);
  if (found !== header) wrong.push(`${site}: ${found} instead of ${header}`);
  if (zone === null) return;
  const said = await textOf(zone);
  if (said !== text) wrong.push(`${zone}: ${said} instead of ${text}`);
}));
console.log(JSON.stringify(wrong.sort()));
process.exit(0);
