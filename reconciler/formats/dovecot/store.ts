import type { AbsPath, Hostname, MailAddress } from '../../model/values.ts';

/** What croft wants of Dovecot, whatever its version. */
export interface MailStore {
  readonly hostname: Hostname;
  readonly postmaster: MailAddress;
  /** The system user that all mail belongs to; also its group's number. */
  readonly uid: number;
  /** Who may log in. */
  readonly passwd: AbsPath;
  /** Who has mail. */
  readonly users: AbsPath;
  readonly certificate: AbsPath;
  readonly certificateKey: AbsPath;
  /** Sockets that only Postfix may use: where it hands mail over, and where it asks about logins. */
  readonly lmtpSocket: AbsPath;
  readonly authSocket: AbsPath;
}
