/** Why the world refused something; the HTTP side turns it into Jamf's status and words. */
export type RefusalCode =
  | 'not-found'
  | 'duplicate-name'
  | 'unknown-computer'
  | 'not-a-member'
  | 'unmanaged'
  | 'smart-group'
  | 'invalid';

/** A refusal: nothing has been changed. */
export class WorldError extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = 'WorldError';
    this.code = code;
  }
}
