import { describe, expect, it } from 'vitest';
import { type Coop } from '../coop.ts';
import { addresses, net, type Result } from '../lab.ts';

interface Letter {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
}

/** Mail from an authenticated submission to a mailbox read over IMAP. */
export function mail(coop: () => Coop): void {
  const password = (address: string): string => {
    const found = coop().passwords[address];
    if (found === undefined) throw new Error(`no password of ${address} in test/fixtures/passwords.json`);
    return found;
  };
  const submit = (user: string, secret: string, letter: Letter): Promise<Result> =>
    net(
      ['curl', '-s', '-S', '-m', '20', '-k', '--ssl-reqd', '--user', `${user}:${secret}`, '--mail-from', letter.from, '--mail-rcpt', letter.to, '--upload-file', '-', `smtp://${addresses.main.ipv4}:587/tester.example`],
      { input: `From: <${letter.from}>\r\nTo: <${letter.to}>\r\nSubject: ${letter.subject}\r\n\r\nHello.\r\n` },
    );
  const imap = (user: string, secret: string, command: string): Promise<Result> => net(['curl', '-s', '-S', '-m', '20', '-k', '--user', `${user}:${secret}`, `imaps://${addresses.main.ipv4}:993/INBOX`, '-X', command]);
  const subjects = async (user: string): Promise<string> => (await net(['curl', '-s', '-m', '20', '-k', '--user', `${user}:${password(user)}`, `imaps://${addresses.main.ipv4}:993/INBOX;MAILINDEX=*;SECTION=HEADER.FIELDS%20(SUBJECT)`])).stdout;
  const arrives = (user: string, subject: string): Promise<void> => expect.poll(() => subjects(user), { timeout: 20_000, interval: 500 }).toContain(subject);

  describe('mail', () => {
    it('carries an authenticated letter to an alias into the mailbox behind it', async () => {
      expect(await submit('ada@ada.example', password('ada@ada.example'), { from: 'ada@ada.example', to: 'info@ada.example', subject: 'to an alias' })).toMatchObject({ status: 0 });
      await arrives('ada@ada.example', 'to an alias');
    });

    it('carries a letter to another member’s mailbox, and to unknown names by the catch-all', async () => {
      expect(await submit('carol@carol.example', password('carol@carol.example'), { from: 'carol@carol.example', to: 'whoever@ada.example', subject: 'caught' })).toMatchObject({ status: 0 });
      await arrives('ada@ada.example', 'caught');
    });

    it('does not let the catch-all swallow another mailbox', async () => {
      expect(await submit('ada@ada.example', password('ada@ada.example'), { from: 'ada@ada.example', to: 'carol@carol.example', subject: 'for carol' })).toMatchObject({ status: 0 });
      await arrives('carol@carol.example', 'for carol');
      expect(await subjects('ada@ada.example')).not.toContain('for carol');
    });

    it('refuses a wrong password, at both doors', async () => {
      expect((await submit('ada@ada.example', 'wrong', { from: 'ada@ada.example', to: 'info@ada.example', subject: 'no' })).status).not.toBe(0);
      expect((await imap('ada@ada.example', 'wrong', 'NOOP')).status).not.toBe(0);
    });

    it('refuses another’s sender address', async () => {
      const { status, stderr } = await submit('ada@ada.example', password('ada@ada.example'), { from: 'carol@carol.example', to: 'info@ada.example', subject: 'forged' });
      expect(status).not.toBe(0);
      expect(stderr).toMatch(/55\d|MAIL failed|RCPT failed/);
    });

    it('lets a send-only address send, and keep nothing', async () => {
      expect(await submit('newsletter@ada.example', password('newsletter@ada.example'), { from: 'newsletter@ada.example', to: 'ada@ada.example', subject: 'the newsletter' })).toMatchObject({ status: 0 });
      await arrives('ada@ada.example', 'the newsletter');
      expect((await imap('newsletter@ada.example', password('newsletter@ada.example'), 'NOOP')).status).not.toBe(0);
    });

    it('relays for nobody', async () => {
      const { status, stderr } = await net(['curl', '-s', '-S', '-m', '20', '--mail-from', 'x@elsewhere.example', '--mail-rcpt', 'y@elsewhere.example', '--upload-file', '-', `smtp://${addresses.main.ipv4}:25/tester.example`], { input: 'Subject: no\r\n\r\n' });
      expect(status).not.toBe(0);
      expect(stderr).toMatch(/5\d\d|4\d\d|RCPT failed/);
    });

    it('asks for no password in the clear', async () => {
      expect((await net(['curl', '-s', '-m', '20', '--user', `ada@ada.example:${password('ada@ada.example')}`, `imap://${addresses.main.ipv4}:143/INBOX`, '-X', 'NOOP'])).status).not.toBe(0);
    });

    it('lets a suspended member neither read nor send', async () => {
      const [address] = Object.keys(coop().passwords).filter((one) => one.endsWith('@gina.example'));
      if (address === undefined) throw new Error('gina has no password in the fixtures');
      expect((await imap(address, password(address), 'NOOP')).status).not.toBe(0);
      expect((await submit(address, password(address), { from: address, to: 'info@ada.example', subject: 'no' })).status).not.toBe(0);
    });

    it('takes mail from elsewhere for a mailbox here', async () => {
      const sent = await net(['curl', '-s', '-S', '-m', '20', '--mail-from', 'x@elsewhere.example', '--mail-rcpt', 'ada@ada.example', '--upload-file', '-', `smtp://${addresses.main.ipv4}:25/tester.example`], { input: 'From: <x@elsewhere.example>\r\nSubject: from afar\r\n\r\nHello.\r\n' });
      expect(sent).toMatchObject({ status: 0 });
      await arrives('ada@ada.example', 'from afar');
    });
  });
}
