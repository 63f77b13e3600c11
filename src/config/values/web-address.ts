/** What is said of an address that is not one of these. */
export const HTTPS = 'must be an https:// address';

const THIS_MACHINE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u;

/** Whether a text is an address to which secrets, and what a fleet is like, may go: https, or plain http to this very machine. */
export function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && THIS_MACHINE.test(hostname));
}
