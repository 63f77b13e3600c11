import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export const CLIENT_SECRET = 'the-client-secret-nobody-may-see';

/** A real OpenID Connect provider on loopback. */
export interface TestProvider {
  issuer: string;
  stop(): Promise<void>;
}

/** Starts a provider with these users (login and groups) and one app: the Recert at `recertUrl`. */
export async function startProvider(
  recertUrl: string,
  people: Readonly<Record<string, readonly string[] | undefined>>,
): Promise<TestProvider> {
  // As in startApi: an idle connection stays open.
  const server = createServer({ keepAliveTimeout: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'recert',
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${recertUrl}/api/v1/session/oidc/callback`],
        post_logout_redirect_uris: [`${recertUrl}/`],
      },
    ],
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email'], groups: ['groups'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    cookies: { keys: ['only for this test'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        preferred_username: `${id}@example.com`,
        ...(people[id] ? { groups: [...people[id]] } : {}),
      }),
    }),
  });
  const handle = provider.callback();
  server.on('request', (request, response) => void handle(request, response));
  return {
    issuer,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The page on which a browser ended. */
export interface LoadedPage {
  url: URL;
  status: number;
  text: string;
}

/** A minimal browser for sign-in: cookies by host, redirects, forms. */
export interface TestBrowser {
  /** Opens a URL and follows redirects. Ends at a page without a redirect, or before a URL for which `stopBefore` is true. */
  go(
    url: string,
    init?: { form?: Record<string, string>; stopBefore?: (url: URL) => boolean },
  ): Promise<LoadedPage>;
  /** The `Cookie` header for an address. */
  cookies(url: string): string;
}

/** A browser without cookies. */
export function openBrowser(): TestBrowser {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = ({ host }: URL) => {
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };
  const cookies = (url: string) => [...jarOf(new URL(url))].map((pair) => pair.join('=')).join('; ');
  return {
    cookies,
    async go(start, { form, stopBefore = () => false } = {}) {
      let url = new URL(start);
      let body = form ? new URLSearchParams(form) : undefined;
      for (;;) {
        const response = await fetch(url, {
          method: body ? 'POST' : 'GET',
          redirect: 'manual',
          headers: { Cookie: cookies(url.href), Accept: 'text/html' },
          ...(body ? { body } : {}),
        });
        body = undefined;
        for (const cookie of response.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(cookie) ?? [];
          if (value === '') jarOf(url).delete(name);
          else jarOf(url).set(name, value);
        }
        const location = response.headers.get('location');
        const next = location === null ? null : new URL(location, url);
        if (!next || stopBefore(next))
          return { url: next ?? url, status: response.status, text: await response.text() };
        url = next;
      }
    },
  };
}

/** Signs in at the provider from `start`, which redirects there, and consents. Ends before the provider redirects the browser back. */
export async function signInAtProvider(browser: TestBrowser, start: string, login: string): Promise<URL> {
  const stopBefore = ({ pathname }: URL) => pathname.endsWith('/callback');
  let page = await browser.go(start, { stopBefore });
  while (!stopBefore(page.url)) {
    const prompt = /name="prompt" value="(\w+)"/u.exec(page.text)?.[1];
    const action = /action="([^"]+)"/u.exec(page.text)?.[1];
    if (prompt === undefined || action === undefined)
      throw new Error(`${page.url.href} is no page to sign in at: ${page.text.slice(0, 400)}`);
    const form = { prompt, login, password: 'whatever' };
    page = await browser.go(new URL(action, page.url).href, { form, stopBefore });
  }
  return page.url;
}
