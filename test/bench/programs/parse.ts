/** Read each path of a list and parse it as YAML, as strictly as croft does, and nothing else: what a cold check is compared with. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

let wrong = 0;
for (const path of readFileSync(process.argv[2] ?? '', 'utf8').split('\n')) {
  if (path === '') continue;
  const document = parseDocument(readFileSync(path, 'utf8'), { version: '1.2', schema: 'core', strict: true, uniqueKeys: false, prettyErrors: false });
  document.toJS();
  wrong += document.errors.length;
}
process.exitCode = wrong === 0 ? 0 : 1;
