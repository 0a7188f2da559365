/** What root has read and admitted before, to the byte, it need not read and admit again; whatever else is handed over is looked at as ever. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusals } from '../../../reconciler/admission/admit.ts';
import { ask, orRecall, type Given } from '../../../reconciler/commands/halves/ask.ts';
import { knownIn, recall, remember } from '../../../reconciler/commands/halves/copy.ts';
import { copyOn } from '../../../reconciler/commands/halves/copy-file.ts';
import type { Place } from '../../../reconciler/commands/place.ts';
import { formatAnswer, formatHandover, parseAnswer, type Handover, type HandoverLines } from '../../../reconciler/handover/handover.ts';
import { lineOf, lineOfDeclared } from '../../../reconciler/handover/lines.ts';
import { written } from '../../../reconciler/handover/words.ts';
import { digest } from '../../../reconciler/model/digest.ts';
import type { Resource } from '../../../reconciler/model/resource.ts';
import { catalog, dying, handover, place, speaking } from './halves.ts';
import { closed, opened, type Loose } from './loose.ts';

const { resources } = catalog;
const site = 'file:/etc/apache2/croft/sites/blog.ada.example.conf';
const text = formatAnswer(handover());
const copy = 'var/lib/croft/handover.jsonl';

function asked(on: Place, { turned, ...more }: Partial<Handover> & { readonly turned?: (text: string) => string } = {}): Promise<Given> {
  return ask({ place: on, half: speaking(() => handover(more), turned), now: 1 }, 'follow');
}

/** A host that was made what is handed over by a croft of this name. */
async function made(build = 'this'): Promise<Place> {
  const on = await place(build);
  await (await asked(on)).remember();
  return on;
}

/** How many lines were read by the readers, and looked at by admission. */
function news({ handover: given }: Given): number {
  return given.catalog.resources.filter((each) => given.familiar?.resources.has(each) !== true).length;
}

const withOne = (change: (resource: Loose) => void) => (said: string): string => {
  const answer = opened(said);
  const found = answer['catalog']?.['resources']?.find((each) => String(each['id']) === site);
  if (found === undefined) throw new Error(`there is no ${site}`);
  change(found);
  return closed(answer);
};

function bare({ familiar: _, ...given }: Handover): Handover {
  return given;
}

describe('a line', () => {
  test('is written in one place as everything is, also where the resource was read', () => {
    for (const each of resources) expect(lineOf(each)).toBe(written(each));
    const read = parseAnswer(text);
    if (!read.ok || !('catalog' in read.value)) throw new Error('is none');
    for (const [index, each] of read.value.catalog.resources.entries()) expect([lineOf(each), written(each)]).toEqual([lineOf(resources[index] as Resource), lineOf(resources[index] as Resource)]);
    expect([formatAnswer(read.value), formatHandover(handover(), { declared: lineOfDeclared(handover().declared), resources: resources.map(lineOf) })]).toEqual([text, text]);
  });
});

describe('what root knows', () => {
  test('is all of what was handed over last, and comes out the same as when it was read', async () => {
    const on = await place('this');
    const first = await asked(on);
    expect(news(first)).toBe(resources.length);
    await first.remember();
    const second = await asked(on);
    expect(news(second)).toBe(0);
    expect(second.handover.familiar?.straight).toBe(second.handover.catalog.resources);
    expect(JSON.stringify(bare(second.handover))).toBe(JSON.stringify(bare(first.handover)));
  });

  test('is all but what has another byte; nothing is written again when nothing differs', async () => {
    const on = await made();
    const before = readFileSync(join(on.root, copy), 'utf8');
    const wishing = withOne((each) => { (each['payload'] as unknown as { text: string }).text += '# one more\n'; });
    const given = await asked(on, { turned: wishing });
    expect([news(given), given.handover.familiar?.straight === given.handover.catalog.resources]).toEqual([1, true]);
    await given.remember();
    const after = readFileSync(join(on.root, copy), 'utf8');
    expect(after.split('\n').filter((line, index) => line !== before.split('\n')[index])).toHaveLength(2);
    const again = await asked(on, { turned: wishing });
    expect(news(again)).toBe(0);
    await again.remember();
    expect(readFileSync(join(on.root, copy), 'utf8')).toBe(after);
  });

  test('is all the rest when something is gone, or new, and then it is looked for circles', async () => {
    const on = await made();
    const index = resources.findIndex(({ id }) => id === site);
    const fewer = await asked(on, { catalog: { ...catalog, resources: resources.toSpliced(index, 1) } });
    expect([news(fewer), fewer.handover.familiar?.straight]).toEqual([0, null]);
    await fewer.remember();
    const more = await asked(on);
    expect([news(more), more.handover.familiar?.straight]).toEqual([1, null]);
  });

  const evil: readonly (readonly [string, (resource: Loose) => void, RegExp])[] = [
    ['a setuid bit', (each) => { (each['desired'] as unknown as { mode: string }).mode = '4755'; }, /cannot make \S+: it would be root:root 4755/],
    ['a line that is none of a site', (each) => { (each['payload'] as unknown as { text: string }).text += 'LoadModule x /x\n'; }, /its line \d+ says what no such file says/],
    ['a field that nobody knows', (each) => { (each as unknown as { run: string }).run = 'id'; }, /"run" is not known/],
    ['a need of itself', (each) => { (each as unknown as { needs: string[] }).needs = [site]; }, /comes after itself/],
    ['a need of what is not there', (each) => { (each as unknown as { needs: string[] }).needs = ['file:/x']; }, /needs what is not there/],
  ];
  test.each(evil)('lets nothing else pass: %s is refused as ever', async (_, change, says) => {
    await expect(asked(await place('this'), { turned: withOne(change) })).rejects.toThrow(says);
    await expect(asked(await made(), { turned: withOne(change) })).rejects.toThrow(says);
  });

  test('makes no circle of lines that are all known but one', async () => {
    const around = 'directory:/etc/apache2/croft';
    const turned = (said: string): string => said.split('\n').map((line) => (line.startsWith(`{"id":"${around}"`) ? line.replace('"after":[]', `"after":["${site}"]`) : line)).join('\n');
    await expect(asked(await made(), { turned })).rejects.toThrow(/comes after itself|come after itself/);
  });

  test('is nothing where the copy is gone, damaged, of another croft or of another host, and what comes out is the same', async () => {
    const plain = bare((await asked(await place())).handover);
    const damaged = (change: (said: string) => string) => (on: Place): void => writeFileSync(join(on.root, copy), change(readFileSync(join(on.root, copy), 'utf8')));
    const ways: readonly ((on: Place) => Place | void)[] = [
      (on) => rmSync(join(on.root, copy)), damaged(() => ''), damaged((said) => said.slice(0, -100)), damaged((said) => said.replace('0644', '4755')), damaged((said) => said.replace('"build":"this"', '"build":7')),
      damaged((said) => said.replace('"build":"this"', '"build":"other"')), (on) => ({ ...on, build: 'other' }), (on) => ({ ...on, build: null }), damaged((said) => said.replace('"host":"one"', '"host":"two"')),
    ];
    for (const way of ways) {
      const on = await made();
      const given = await asked(way(on) ?? on);
      expect([news(given), JSON.stringify(bare(given.handover))], String(way)).toEqual([resources.length, JSON.stringify(plain)]);
      await given.remember();
    }
    expect(knownIn(await copyOn((await made()).machine), { host: 'one', build: 'this' }).resources).toHaveLength(resources.length);
  });

  test('is nothing of a catalog that root has not admitted to the last line: what is left out on a host may be evil', async () => {
    const on = await place('this');
    mkdirSync(join(on.root, 'etc'), { recursive: true });
    writeFileSync(join(on.root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000:Ada:/home/ada:/bin/bash\n');
    const cron: Resource = { ...(resources.find(({ id }) => id === site) as Resource), id: 'file:/etc/cron.d/x', name: '/etc/cron.d/x', owner: 'member:ada', needs: [], after: [] };
    const poisoned = { catalog: { ...catalog, resources: [...resources, cron].toSorted((a, b) => (a.id < b.id ? -1 : 1)) } };
    const left = await asked(on, poisoned);
    expect(left.handover.catalog.resources.map(({ id }) => id)).not.toContain(cron.id);
    await left.remember();
    writeFileSync(join(on.root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
    await expect(asked(on, poisoned)).rejects.toThrow(/cannot make file:\/etc\/cron\.d\/x: croft makes no file of that name/);
  });

  test('are single resources: what was made of one is new', () => {
    const [first] = resources;
    if (first === undefined) throw new Error('there is none');
    const strange: Resource = { ...first, id: 'file:/etc/cron.d/x', kind: 'file', name: '/etc/cron.d/x' };
    expect([refusals({ ...catalog, resources: [strange] }, new Set([strange])), refusals({ ...catalog, resources: [{ ...strange }] }, new Set([strange]))]).toEqual([[], [expect.objectContaining({ code: 'handover/not-admitted' })]]);
  });
});

describe('known lines', () => {
  const lines = text.split('\n');
  const known: HandoverLines = { declared: lines[1] ?? '', resources: lines.slice(2, -1) };

  /** Whatever somebody who knows root's copy makes of it, root reads what it would have read without one. */
  test('change nothing in what is read, however they are mixed with others', () => {
    const at = fc.nat(lines.length - 2);
    const byte = fc.tuple(at, fc.nat(), fc.string({ minLength: 1, maxLength: 1 })).map(([index, from, character]) => lines.with(index, changed(lines[index] ?? '', from, character)));
    const turned = fc.oneof(
      byte, at.map((index) => lines.toSpliced(index, 1)), at.map((index) => lines.toSpliced(index, 0, lines[index] ?? '')), fc.tuple(at, at).map(([from, to]) => lines.toSpliced(from, 1).toSpliced(to, 0, lines[from] ?? '')),
      fc.tuple(at, fc.string()).map(([index, any]) => lines.with(index, any)), fc.constant(lines),
    );
    const counted = (those: readonly string[]): string => those.join('\n').replace(/"resources":\d+\}/, `"resources":${those.length - 3}}`);
    fc.assert(fc.property(turned, (those) => {
      const [plain, knowing] = [parseAnswer(counted(those)), parseAnswer(counted(those), known)];
      if (!plain.ok || !knowing.ok) return JSON.stringify(plain) === JSON.stringify(knowing);
      return JSON.stringify(plain.value) === JSON.stringify('catalog' in knowing.value ? bare(knowing.value) : knowing.value);
    }), { numRuns: 400 });
  });

  function changed(line: string, from: number, character: string): string {
    const index = from % (line.length + 1);
    return `${line.slice(0, index)}${character}${line.slice(index + 1)}`;
  }
});

describe('a copy that an older croft kept', () => {
  test('is what was made last still, knows nothing, and gives way to the new one', async () => {
    const on = await place('this');
    const { catalog: _, ...rest } = opened(text);
    const former = join(on.root, 'var/lib/croft/handover.json');
    writeFileSync(former, `{"census":{"host":"one","members":3,"hosts":2,"limits":1},\n"handover":${JSON.stringify({ ...rest, catalog: opened(text)['catalog'] })}}\n`);
    const last = await orRecall({ place: on, half: dying, now: 1 }, () => ask({ place: on, half: dying, now: 1 }, 'follow'));
    expect([last.handover.catalog, last.handover.familiar]).toEqual([JSON.parse(JSON.stringify(catalog)), undefined]);
    const given = await asked(on);
    expect([await given.reader.census('1'.repeat(40)), news(given)]).toEqual([{ members: 3, hosts: 2, limits: 1 }, resources.length]);
    await given.remember();
    expect(() => readFileSync(former)).toThrow('ENOENT');
    expect(news(await asked(on))).toBe(0);
  });

  test('is read where its units are to have loaded a digest of all that they read, and they are to have loaded what they would be today', async () => {
    const on = await made('older');
    const [heading = '', ...lines] = readFileSync(join(on.root, copy), 'utf8').split('\n');
    const old = lines.join('\n').replace(/"loaded":"sum:[0-9a-f]{128}"/g, `"loaded":"sha256:${'0'.repeat(64)}"`);
    expect(old).not.toBe(lines.join('\n'));
    writeFileSync(join(on.root, copy), `${JSON.stringify({ ...(JSON.parse(heading) as object), digest: digest(old) })}\n${old}`);
    const now = { ...on, build: 'this' };
    expect((await recall(now))?.catalog).toEqual(catalog);
    const last = await orRecall({ place: now, half: dying, now: 1 }, () => ask({ place: now, half: dying, now: 1 }, 'follow'));
    expect(last.handover.catalog).toEqual(catalog);
  });

  test.each(['', '{', '[]', '{"census":1,\n"handover":{"catalog":{"resources":7}}}', '{"handover":{"catalog":{"resources":[{}]}}}'])('and is none is nothing: %j', async (said) => {
    const on = await place('this');
    writeFileSync(join(on.root, 'var/lib/croft/handover.json'), said);
    expect(await recall(on)).toBeNull();
    await remember(on.machine, handover());
    expect(await recall(on)).not.toBeNull();
  });
});
