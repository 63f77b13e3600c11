import axios from 'axios';
import type { CaFacts } from '../domain/audit/ca.js';
import { certificatesIn, describeCas, describeResponse } from './certificates.js';

/** Maximum size of a response, bytes. Capabilities are a few words, a certificate chain is a few kilobytes. */
const MOST_BYTES = 256 * 1024;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * HTTP statuses of a proxy or gateway between Recert and the CA, or of an overloaded server. All other statuses are a
 * response of the CA.
 */
const BETWEEN = new Set([407, 408, 429, 502, 503, 504]);

interface AskOptions {
  /** Name in the SCEP payload. A server with several CAs uses it to select one. */
  name?: string;
  now?: () => number;
  /** Timeout of each request, milliseconds. */
  timeoutMs?: number;
}

/**
 * Requests capabilities and certificates from a CA as a Mac does: GetCACaps and GetCACert (RFC 8894, 3.5.1 and 4.2). No
 * secret is sent, and redirects are not followed, so only the host in the profile is contacted. Never throws: the field
 * `error` of the result describes a failure. `url` is the SCEP URL of the profile.
 */
export async function askCa(
  url: string,
  { name = '', now = Date.now, timeoutMs = 10_000 }: AskOptions = {},
): Promise<CaFacts> {
  const facts: CaFacts = {
    askedAt: now(),
    error: '',
    answered: true,
    renewal: null,
    expiresAt: null,
    raExpiresAt: null,
  };
  const ask = (operation: string) => send(urlOf(url, operation, name), operation, timeoutMs);
  try {
    // A CA that does not support GetCACaps is still asked for its certificate, because RFC 8894, 3.5.1, only recommends
    // GetCACaps (SHOULD).
    const renewal = await ask('GetCACaps').then(({ body }) => offersRenewal(body), unlessUnreachable);
    const { body, type } = await ask('GetCACert');
    const certificates = certificatesIn(body);
    if (certificates === null) throw new Odd(`GetCACert returned ${describeResponse(body, type)}`);
    return { ...facts, renewal, ...describeCas(certificates) };
  } catch (error) {
    return { ...facts, answered: error instanceof Odd, error: reasonOf(error) };
  }
}

/** Whether the CA offers renewal. `null` when the response has no list of capabilities, for example an HTML page. */
function offersRenewal(body: Buffer): boolean | null {
  const text = body.toString('latin1').trim();
  if (text === '' || /[<>{}]/.test(text)) return null;
  return text.split(/\s+/).some((one) => one.toLowerCase() === 'renewal');
}

function unlessUnreachable(error: unknown): null {
  if (error instanceof Odd) return null;
  throw error;
}

function urlOf(url: string, operation: string, name: string): URL {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Refused('the URL is not a valid http or https address');
  const target = new URL(url);
  target.username = target.password = target.hash = '';
  target.searchParams.set('operation', operation);
  if (name !== '') target.searchParams.set('message', name);
  // URLSearchParams writes a blank as "+", which some servers do not decode.
  target.search = target.search.replaceAll('+', '%20');
  return target;
}

async function send(
  target: URL,
  operation: string,
  timeoutMs: number,
): Promise<{ body: Buffer; type: string }> {
  const response = axios.get<ArrayBuffer>(target.href, {
    headers: { 'User-Agent': 'recert', Accept: '*/*' },
    responseType: 'arraybuffer',
    signal: AbortSignal.timeout(timeoutMs),
    maxRedirects: 0,
    maxContentLength: MOST_BYTES,
    validateStatus: () => true,
    ...(LOOPBACK.has(target.hostname) ? { proxy: false } : {}),
  });
  const { status, data, headers } = await response.catch((error: unknown) => {
    // The library axios has no error code for this error.
    if (error instanceof Error && error.message.includes('maxContentLength'))
      throw new Odd(`${operation} returned more than ${MOST_BYTES / 1024} KiB`);
    throw error;
  });
  if (status >= 300 && status < 400)
    throw new Odd(`${operation} was redirected; Recert does not follow redirects`);
  if (BETWEEN.has(status)) throw new Refused(`${operation} returned HTTP ${status}`);
  if (status !== 200) throw new Odd(`${operation} returned HTTP ${status}`);
  return { body: Buffer.from(data), type: String(headers['content-type'] ?? '') };
}

/** An error whose text comes from Recert and is safe to show. */
class Refused extends Error {}

/** The CA responded, but the response does not conform to SCEP. */
class Odd extends Refused {}

/**
 * Returns the reason of an error. For an error of a library, only its code is shown, because its message may
 * contain the URL, which contains a private ID of the CA.
 */
function reasonOf(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (axios.isCancel(error)) return 'no response in time';
  return (axios.isAxiosError(error) ? error.code : undefined) ?? 'no response';
}
