// Measures how long a push takes until a visitor sees it: one push after the other, each followed by asking the site every 20 ms over a
// new connection. Reads a list from standard input, prints one of { who, pushMs, liveMs }: the push itself, and from its return until the
// answer had changed. Run it at the tester's place: lab.sh net node trust-stopwatch.mjs [SECONDS], which are waited before each: else a push
// meets the hosts while they tell how the one before it went.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const patienceMs = 120_000;
const apartMs = Number(process.argv[2] ?? 0) * 1000;
const run = promisify(execFile);

async function measure({ who, environment, clone, file, text, address, name, location }) {
  const git = (...words) => run('env', ['-C', clone, ...environment, 'git', ...words]);
  await git('fetch', '-q', 'origin', '+refs/heads/main:refs/remotes/origin/main');
  await git('reset', '-q', '--hard', 'origin/main');
  writeFileSync(file, text);
  await git('add', '-A');
  await git('commit', '-q', '-m', `${who}: ${location}`);
  await sleep(apartMs);
  const begun = performance.now();
  await git('push', '-q', 'origin', 'HEAD:refs/heads/main');
  const pushed = performance.now();
  const wallClock = Date.now();
  while ((await locationOf(address, name)) !== location) {
    if (performance.now() - pushed > patienceMs) return { who, pushMs: pushed - begun, liveMs: null, wallClock };
    await sleep(20);
  }
  return { who, pushMs: Math.round(pushed - begun), liveMs: Math.round(performance.now() - pushed), wallClock };
}

function locationOf(address, name) {
  return new Promise((resolve) => {
    const request = get({ host: address, headers: { host: name }, agent: false, timeout: 5000 }, (answer) => {
      answer.resume();
      resolve(answer.headers.location ?? '');
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(''));
  });
}

const measured = [];
for (const one of JSON.parse(readFileSync(0, 'utf8'))) measured.push(await measure(one));
console.log(JSON.stringify(measured));
