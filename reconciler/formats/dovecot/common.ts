import type { AbsPath } from '../../model/values.ts';
import { text, type Text } from '../text.ts';
import type { Entry } from './syntax.ts';

/** The folders that every mail program looks for, by their use (RFC 6154). */
export const folders: Entry = {
  section: [text('namespace'), text('inbox')],
  entries: [
    [text('inbox'), text('yes')],
    folder('Drafts', text('\\Drafts')),
    folder('Junk', text('\\Junk')),
    folder('Sent', text('\\Sent')),
    folder('Trash', text('\\Trash')),
  ],
};

/** The one way to say for both versions what listens where. The IMAP ports are Dovecot's own defaults: 143 with STARTTLS, 993 with TLS. */
export function services(lmtp: AbsPath, auth: AbsPath): readonly Entry[] {
  return [
    { section: [text('service'), text('lmtp')], entries: [socketOfPostfix(lmtp)] },
    { section: [text('service'), text('auth')], entries: [socketOfPostfix(auth)] },
  ];
}

function socketOfPostfix(path: AbsPath): Entry {
  return {
    section: [text('unix_listener'), text(path)],
    entries: [[text('mode'), text('0600')], [text('user'), text('postfix')], [text('group'), text('postfix')]],
  };
}

function folder(name: 'Drafts' | 'Junk' | 'Sent' | 'Trash', use: Text): Entry {
  return { section: [text('mailbox'), text(name)], entries: [[text('auto'), text('subscribe')], [text('special_use'), use]] };
}
