// Asks at the tester's place whether members' sites, zones and mail addresses are what they are to be.
//   node neighbours.mjs ADDRESS   reads [{ site, header, zone, text, mail }, …] from its input; prints those that are not
import { Resolver } from 'node:dns/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';

const [address] = process.argv.slice(2);
let input = '';
for await (const chunk of process.stdin) input += chunk;
const agent = new Agent({ maxSockets: 16 });
const resolver = new Resolver({ timeout: 3000, tries: 3 });
resolver.setServers([address]);

function headerOf(site) {
  return new Promise((resolve) => {
    const asking = request({ host: address, port: 80, path: '/', headers: { host: site }, agent, timeout: 10_000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(`${response.statusCode} ${response.headers['x-round'] ?? ''}`.trim()));
    });
    // By itself it only says so, and waits on.
    asking.on('timeout', () => asking.destroy(Object.assign(new Error('no answer'), { code: 'no answer within 10 s' })));
    asking.on('error', (error) => resolve(error.code));
    // One that is cut off in the middle of an answer is no error of the request.
    asking.on('close', () => resolve('cut off')).end();
  });
}

async function textOf(zone) {
  try {
    return (await resolver.resolveTxt(`round.${zone}`)).flat().join('');
  } catch (error) {
    return error.code;
  }
}

/** Which of some addresses a mail server does not take: one session, and no letter. */
function refused(addresses) {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 25 });
    const words = ['EHLO tester.example', 'MAIL FROM:<x@elsewhere.example>', ...addresses.map((each) => `RCPT TO:<${each}>`), 'QUIT'];
    const said = [];
    const answers = () => said.join('').split('\r\n').filter((line) => /^\d{3} /.test(line));
    let next = 0;
    socket.on('data', (chunk) => {
      said.push(chunk.toString('latin1'));
      if (answers().length > next && next < words.length) socket.write(`${words[next++]}\r\n`);
    });
    // The first three answers are to the connection, EHLO and MAIL.
    socket.on('close', () => resolve(addresses.filter((_, index) => !/^250 /.test(answers()[index + 3] ?? ''))));
    socket.on('error', () => resolve(addresses));
    socket.setTimeout(30_000, () => socket.destroy());
  });
}

const wanted = JSON.parse(input);
// Whoever waits for this hears in the end what it waited for.
const open = new Set(['the mail server']);
setTimeout(() => end([`still waiting after 100 s for ${[...open].join(', ')}`]), 100_000);
const wrong = (await refused(wanted.map(({ mail }) => mail))).map((mail) => `${mail}: refused`);
open.clear();
await Promise.all(wanted.map(async ({ site, header, zone, text }) => {
  open.add(site);
  const found = await headerOf(site);
  if (found !== header) wrong.push(`${site}: ${found} instead of ${header}`);
  open.delete(site);
  open.add(zone);
  const said = await textOf(zone);
  if (said !== text) wrong.push(`${zone}: ${said} instead of ${text}`);
  open.delete(zone);
}));
end(wrong);

function end(said) {
  console.log(JSON.stringify(said.sort()));
  process.exit(0);
}
