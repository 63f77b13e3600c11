/** The message for an address that `isWebAddress` rejects. */
export const HTTPS = 'must be an https:// address';

const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u;

/** Whether secrets and fleet data may be sent to a URL: with https to any host, with plain http only to the local host. */
export function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOCAL_HOST.test(hostname));
}
