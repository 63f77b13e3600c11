/** Reason why an operation was refused. The HTTP server maps it to the status and message of each API. */
export type RefusalCode =
  | 'not-found'
  | 'duplicate-name'
  | 'unknown-computer'
  | 'not-a-member'
  | 'unmanaged'
  | 'smart-group'
  | 'invalid';

/** Thrown when the simulated world refuses an operation. Nothing was changed. */
export class WorldError extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = 'WorldError';
    this.code = code;
  }
}
