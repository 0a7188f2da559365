import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Make a directory an empty repository without a working tree, where it is none. Errors: those of the file system. Source: gitrepository-layout(5). */
export async function makeBare(directory: string, branch: string): Promise<void> {
  if (['config', 'HEAD'].every((name) => existsSync(join(directory, name)))) return;
  for (const each of ['hooks', 'info', 'objects/info', 'objects/pack', 'refs/heads', 'refs/tags']) await mkdir(join(directory, each), { recursive: true });
  await writeFile(join(directory, 'HEAD'), `ref: refs/heads/${branch}\n`);
  await writeFile(join(directory, 'config'), '[core]\n\trepositoryformatversion = 0\n\tfilemode = false\n\tbare = true\n');
}
