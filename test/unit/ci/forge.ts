/**
 * The part of a forge's API that the comment's script speaks to, on the loopback, in two dialects. GitHub's: lists come in pages, a
 * workflow may not ask who it is, a label in a path is a name, an unknown label is made. Forgejo's: all comments in one page whatever page
 * is asked for, the workflow's user is number -2, a label in a path is a number, and an unknown label is refused.
 */
import type { IncomingMessage } from 'node:http';
import { listen } from '../git/server.ts';

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot';
}

export interface Comment {
  readonly id: number;
  readonly user: User;
  body: string;
}

export interface Forge {
  readonly api: string;
  readonly asked: readonly string[];
  readonly comments: Comment[];
  readonly labels: { readonly id: number; readonly name: string }[];
  /** What is refused, by method and path, with which status. */
  readonly refuses: Map<RegExp, number>;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export const token = 'ghs_n0tForAnybodysEyes';
export const bots = {
  github: { id: 41898282, login: 'github-actions[bot]', type: 'Bot' },
  forgejo: { id: -2, login: 'forgejo-actions', type: 'User' },
} as const satisfies { readonly [dialect: string]: User };
const known = ['croft: green', 'croft: amber', 'croft: red', 'question'];
/** Where GitHub ends a comment. */
const mostCharacters = 65_536;

/** Open a forge with one pull request, number 7, until the test ends. */
export async function forge(dialect: keyof typeof bots): Promise<Forge> {
  const state = { comments: [] as Comment[], labels: [] as { id: number; name: string }[], refuses: new Map<RegExp, number>() };
  const prefix = dialect === 'forgejo' ? '/api/v1' : '';
  const { url, asked } = await listen(async (request, response) => {
    const { status, body } = answer({ dialect, prefix, ...state }, request, await read(request));
    response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? '' : JSON.stringify(body));
  });
  return { api: `${url}${prefix}`, asked, ...state };
}

interface Asked extends Pick<Forge, 'comments' | 'labels' | 'refuses'> {
  readonly dialect: keyof typeof bots;
  readonly prefix: string;
}

function answer(forge: Asked, request: IncomingMessage, text: string): Answer {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const asked = `${request.method} ${url.pathname.slice(forge.prefix.length)}`;
  if (request.headers.authorization !== `token ${token}` || !url.pathname.startsWith(forge.prefix)) return { status: 401, body: { message: 'who?' } };
  const [, refused] = [...forge.refuses].find(([pattern]) => pattern.test(asked)) ?? [];
  if (refused !== undefined) return { status: refused, body: { message: `no: ${token}` } };
  const body = text === '' ? {} : (JSON.parse(text) as { readonly body?: string; readonly labels?: readonly string[] });
  if (asked === 'GET /user') return forge.dialect === 'github' ? { status: 403 } : { status: 200, body: bots.forgejo };
  const [, method, path] = /^(\w+) \/repos\/fairmeadow\/coop\/issues(\/.*)$/.exec(asked) ?? [];
  if (path === '/7/comments' && method === 'POST') return commented(forge, body.body ?? '');
  if (path === '/7/comments') return { status: 200, body: page(forge, forge.comments, url) };
  if (path?.startsWith('/comments/') && method === 'PATCH') return edited(forge, Number(path.slice('/comments/'.length)), body.body ?? '');
  if (path === '/7/labels' && method === 'POST') return labelled(forge, body.labels ?? []);
  if (path === '/7/labels') return { status: 200, body: page(forge, forge.labels, url) };
  if (path?.startsWith('/7/labels/') && method === 'DELETE') return unlabelled(forge, decodeURIComponent(path.slice('/7/labels/'.length)));
  return { status: 404, body: { message: asked } };
}

function page<Item>({ dialect }: Asked, items: readonly Item[], url: URL): readonly Item[] {
  if (dialect === 'forgejo') return items;
  const [size, number] = [Math.min(100, Number(url.searchParams.get('per_page') ?? 30)), Number(url.searchParams.get('page') ?? 1)];
  return items.slice((number - 1) * size, number * size);
}

function commented({ comments, dialect }: Asked, body: string): Answer {
  if (body.length > mostCharacters) return { status: 422 };
  const made = { id: 1000 + comments.length, user: bots[dialect], body };
  comments.push(made);
  return { status: 201, body: made };
}

function edited({ comments }: Asked, id: number, body: string): Answer {
  const found = comments.find((each) => each.id === id);
  if (found === undefined) return { status: 404 };
  if (body.length > mostCharacters) return { status: 422 };
  found.body = body;
  return { status: 200, body: found };
}

function labelled({ labels, dialect }: Asked, names: readonly string[]): Answer {
  if (dialect === 'forgejo' && !names.every((name) => known.includes(name))) return { status: 404 };
  labels.push(...names.map((name) => ({ id: 50 + known.indexOf(name), name })));
  return { status: 200, body: labels };
}

function unlabelled({ labels, dialect }: Asked, which: string): Answer {
  const index = labels.findIndex(({ id, name }) => (dialect === 'forgejo' ? String(id) : name) === which);
  if (index < 0) return { status: 404 };
  labels.splice(index, 1);
  return { status: dialect === 'forgejo' ? 204 : 200, ...(dialect === 'github' && { body: labels }) };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
