import type { Headers } from './outcome.js';

/** Cookies of one workflow. They keep it with one node of the cluster: Jamf Cloud's nodes lag up to a minute behind each other. */
export interface CookieJar {
  /** The `Cookie` header, `''` while there is none. */
  header(): string;
  /** Takes what an answer sets and forgets what it ends. */
  absorb(headers: Headers): void;
  /** A jar of its own that starts with the same cookies. */
  copy(): CookieJar;
}

/**
 * All cookies of the one server we talk to, by name, whatever path they were set for: which of them are sticky differs between
 * Jamf Cloud (jpro-ingress, APBALANCEID, AWSALB) and servers of one's own (JSESSIONID and what the load balancer sets).
 */
export function createCookieJar(cookies: ReadonlyMap<string, string> = new Map()): CookieJar {
  const jar = new Map(cookies);
  return {
    header: () => [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
    absorb: (headers) => {
      for (const cookie of [headers['set-cookie'] ?? []].flat()) {
        const match = /^\s*([^=;\s]+)=([^;]*)(.*)$/s.exec(cookie);
        if (!match) continue;
        const [, name = '', value = '', attributes = ''] = match;
        if (value.trim() === '' || /;\s*max-age=\s*["']?(-|0\b)/i.test(attributes)) jar.delete(name);
        else jar.set(name, value.trim());
      }
    },
    copy: () => createCookieJar(jar),
  };
}
