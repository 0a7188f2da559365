/**
 * A name server for the tests, on 127.0.0.1 and over UDP only, that answers well or badly on purpose. A message is a header of 12 bytes
 * (id, flags, four counts) and then a question: labels, each with its length before it, a zero, type and class. RFC 1035, section 4.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEveryTest } from '../tidy.ts';

/** What is said to a question: texts, each of several strings; or something that is no answer. */
export type Reply = readonly (readonly string[])[] | 'nxdomain' | 'refused' | 'silence' | 'another id' | 'garbage' | 'huge' | 'another name' | 'cut off';

/** Where it is, and what it was asked. */
export interface NameServer {
  /** Shape: `127.0.0.1:PORT`. */
  readonly address: string;
  readonly asked: readonly string[];
}

const sockets: Socket[] = [];
afterEveryTest(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

const NXDOMAIN = 3;
const REFUSED = 5;

/** Serve some names; whatever else is asked does not exist. */
export async function nameServer(zone: ReadonlyMap<string, Reply>): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  sockets.push(socket);
  socket.on('message', (message, { port, address }) => {
    const name = nameIn(message).toLowerCase();
    asked.push(name);
    const answer = answerTo(message, name, zone.get(name) ?? 'nxdomain');
    if (answer !== null) socket.send(answer, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { address: `127.0.0.1:${socket.address().port}`, asked };
}

function answerTo(query: Buffer, name: string, reply: Reply): Buffer | null {
  switch (reply) {
    case 'silence': return null;
    case 'garbage': return Buffer.alloc(300, 0xff);
    case 'nxdomain': return message(query, { rcode: NXDOMAIN });
    case 'refused': return message(query, { rcode: REFUSED });
    case 'another id': return message(query, { idOff: 1, answers: [text(['croft=0'])] });
    case 'another name': return message(query, { asking: 'elsewhere.example', answers: [text(['croft=0'])] });
    case 'cut off': return message(query, { answers: [text(['x'.repeat(200)])] }).subarray(0, -50);
    case 'huge': return message(query, { answers: Array.from({ length: 200 }, (_, index) => text([`${name} ${index} ${'x'.repeat(200)}`])) });
    default: return message(query, { answers: reply.map(text) });
  }
}

interface Parts {
  readonly idOff?: number;
  readonly rcode?: number;
  readonly asking?: string;
  readonly answers?: readonly Buffer[];
}

function message(query: Buffer, { idOff = 0, rcode = 0, asking, answers = [] }: Parts): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE((query.readUInt16BE(0) + idOff) % 65_536, 0);
  header.writeUInt16BE(0x8180 + rcode, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  const question = asking === undefined ? query.subarray(12, endOfName(query) + 4) : Buffer.concat([labels(asking), Buffer.of(0, 16, 0, 1)]);
  return Buffer.concat([header, question, ...answers]);
}

/** A TXT record of the name in the question. */
function text(strings: readonly string[]): Buffer {
  const data = Buffer.concat(strings.map((each) => Buffer.concat([Buffer.of(each.length), Buffer.from(each, 'latin1')])));
  const fixed = Buffer.alloc(12);
  fixed.writeUInt16BE(0xc00c, 0);
  fixed.writeUInt16BE(16, 2);
  fixed.writeUInt16BE(1, 4);
  fixed.writeUInt32BE(60, 6);
  fixed.writeUInt16BE(data.length, 10);
  return Buffer.concat([fixed, data]);
}

function labels(name: string): Buffer {
  return Buffer.concat([...name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])), Buffer.of(0)]);
}

function nameIn(query: Buffer): string {
  const found: string[] = [];
  for (let at = 12; (query[at] ?? 0) > 0; at += 1 + (query[at] ?? 0)) found.push(query.toString('latin1', at + 1, at + 1 + (query[at] ?? 0)));
  return found.join('.');
}

/** Where type and class of the question begin. */
function endOfName(query: Buffer): number {
  let at = 12;
  while ((query[at] ?? 0) > 0) at += 1 + (query[at] ?? 0);
  return at + 1;
}
