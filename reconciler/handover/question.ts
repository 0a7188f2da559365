/** What a daemon is to be asked once it has loaded: the closed set of questions that a machine can put. They only ever go to this host itself. */
import type { Question } from '../model/machine.ts';
import { object, oneOf, orNull, Unfit, whole, word, type Reader } from './read.ts';

const port = whole(1, 65_535);
const name = word(/^(?=.{1,253}$)[a-z0-9*](?:[a-z0-9*.-]*[a-z0-9])?$/, 253);
const sentence = word(/^[^\p{Cc}]{1,200}$/u, 200);

const forms: { readonly [by in Question['by']]: Reader<Question> } = {
  http: object({ by: oneOf('http'), port, name }, { unlike: sentence }) as Reader<Question>,
  dns: object({ by: oneOf('dns'), zone: orNull(name) }),
  smtp: object({ by: oneOf('smtp'), port }),
  imap: object({ by: oneOf('imap'), port }),
  ssh: object({ by: oneOf('ssh') }),
};

/** Take a question. */
export const question: Reader<Question> = (value) => {
  const by: unknown = typeof value === 'object' && value !== null && 'by' in value ? value.by : null;
  if (typeof by !== 'string' || !Object.hasOwn(forms, by)) throw new Unfit('is no question', ['by']);
  return forms[by as Question['by']](value);
};
