// Asks a host's services over and over from outside, each time by a new connection, and tells which answers did not come.
//   node prober.mjs ADDRESS NAME INTERVAL_MS FROM    ends with its standard input; prints JSON: { asked, slowest, missed: [{ service, at, milliseconds, because }] }
// FROM is the first three bytes of the addresses from which ssh and smtp are asked, one after the other: who only says hello to a new sshd
// is sent away for a while when he does so more than once in a second (sshd_config(5), PerSourcePenalties), and postfix takes so many
// connections a minute of one client (postconf(5), smtpd_client_connection_rate_limit).
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

const [address, name, interval, from] = process.argv.slice(2);
/** How many clients take turns, and the last byte of the first one's address. */
const [clients, firstClient] = [32, 128];
const patience = 10_000;
const asked = {};
const slowest = {};
const missed = [];

/** The first words of a server, or what it says when it was spoken to. */
function hears(port, says, wants, localAddress) {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, localAddress });
    let text = '';
    const end = (because) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(because);
    };
    const timer = setTimeout(() => end(`no answer within ${patience} ms`), patience);
    socket.on('connect', () => says !== '' && socket.write(says));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (wants.test(text)) end(null);
      else if (text.length > 200) end(`said ${JSON.stringify(text.slice(0, 60))}`);
    });
    socket.on('error', (error) => end(error.code ?? error.message));
    socket.on('close', () => end(wants.test(text) ? null : `closed after ${JSON.stringify(text.slice(0, 60))}`));
  });
}

/** Whether a name server answers for the zone with authority and without an error. */
function resolves() {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (because) => {
      clearTimeout(timer);
      socket.close();
      resolve(because);
    };
    const timer = setTimeout(() => end(`no answer within ${patience} ms`), patience);
    socket.on('error', (error) => end(error.code ?? error.message));
    socket.on('message', (answer) => end((answer[3] & 0x0f) === 0 && answer.readUInt16BE(6) > 0 ? null : `status ${answer[3] & 0x0f}, ${answer.readUInt16BE(6)} answers`));
    const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
    socket.send(Buffer.from([0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 6, 0, 1]), 53, address);
  });
}

function client(service) {
  return `${from}.${firstClient + (asked[service] % clients)}`;
}

const services = {
  http: () => hears(80, `GET / HTTP/1.0\r\nHost: www.${name}\r\n\r\n`, /^HTTP\/1\.[01] 200 /),
  dns: resolves,
  smtp: () => hears(25, '', /^220 /, client('smtp')),
  imap: () => hears(143, '', /^\* OK/),
  ssh: () => hears(22, '', /^SSH-2\.0/, client('ssh')),
};

let running = true;
async function watch(service, ask) {
  asked[service] = 0;
  while (running) {
    const at = Date.now();
    const because = await ask();
    asked[service] += 1;
    slowest[service] = Math.max(slowest[service] ?? 0, Date.now() - at);
    if (because !== null) missed.push({ service, at, milliseconds: Date.now() - at, because });
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, Number(interval) - (Date.now() - at))));
  }
}

process.stdin.on('end', () => {
  running = false;
}).resume();
await Promise.all(Object.entries(services).map(([service, ask]) => watch(service, ask)));
console.log(JSON.stringify({ asked, slowest, missed }));
