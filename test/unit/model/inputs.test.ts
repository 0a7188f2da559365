import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inputsIn } from '../../../reconciler/model/inputs.ts';
import type { Resource } from '../../../reconciler/model/resource.ts';
import { isRead } from '../../../reconciler/model/state.ts';

const paths = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
const reads = fc.array(fc.tuple(paths, fc.constantFrom('', '/')).map(([path, end]) => `${path}${end}`), { maxLength: 3 });

function resource(name: string, load?: readonly string[]): Resource {
  return { id: `file:${name}`, kind: 'file', name, owner: 'coop', source: { file: 'x', line: 1, column: 1 }, desired: {}, needs: [], after: [], ...(load === undefined ? {} : { load: { reads: load, reload: ['true'] } }) };
}

test('what a unit reads is what going through everything would find, in that order, once', () => {
  fc.assert(fc.property(fc.array(paths), fc.array(reads, { minLength: 1, maxLength: 3 }), reads, (names, units, other) => {
    const resources = [...names.map((name) => resource(name)), ...units.map((each, index) => resource(`/unit${index}`, each))];
    for (const unit of [...resources, resource('/stranger', other)]) {
      expect(inputsIn(resources, unit)).toEqual(resources.filter((input) => unit.load !== undefined && input.load === undefined && isRead(unit.load.reads, input)));
    }
  }));
});
