import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Put a file in place so that after a power cut it holds what it held before or all of the new. Errors: those of the file system. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.new`, 'w', 0o600);
  await file.writeFile(bytes).then(() => file.sync()).finally(() => file.close());
  await rename(`${path}.new`, path);
  const directory = await open(dirname(path), 'r');
  await directory.sync().finally(() => directory.close());
}
