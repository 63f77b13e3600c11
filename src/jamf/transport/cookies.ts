import type { Headers } from './outcome.js';

/**
 * Cookies of several related calls. They keep these calls on one cluster node, because nodes synchronize only
 * about once a minute. Source: developer.jamf.com, sticky sessions for Jamf Cloud.
 */
export interface CookieJar {
  /** Returns the value of the `Cookie` header; `''` if there are no cookies. */
  header(): string;
  /** Stores the cookies of a response, and deletes those that the response expires. */
  absorb(headers: Headers): void;
  /** Returns an independent copy with the same cookies. */
  copy(): CookieJar;
}

/**
 * Creates a jar that keeps all cookies of one server by name and ignores their path. The cookies that select the node
 * differ: on Jamf Cloud `jpro-ingress`, `APBALANCEID` or `AWSALB`, on premises `JSESSIONID` and the cookies of the load
 * balancer.
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
