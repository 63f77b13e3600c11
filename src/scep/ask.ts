import axios from 'axios';
import type { CaFacts } from '../domain/audit/ca.js';
import { certificatesIn } from './certificates.js';

/** Limit of a response. Capabilities are a few words, a certificate chain is a few kilobytes. */
const MOST_BYTES = 256 * 1024;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Requests capabilities and certificates from a CA: GetCACaps and GetCACert (RFC 8894, 3.5.1 and 4.2). No secret is sent, and redirects
 * are not followed, so that only the host in the profile is contacted. Never throws; a failure is in `error`. `url` is the SCEP URL of
 * the profile, `timeoutMs` applies to each request.
 */
export async function askCa(
  url: string,
  { now = Date.now, timeoutMs = 10_000 }: { now?: () => number; timeoutMs?: number } = {},
): Promise<CaFacts> {
  const askedAt = now();
  try {
    const capabilities = (await ask(url, 'GetCACaps', timeoutMs)).toString('latin1').split(/\s+/);
    const chain = certificatesIn(await ask(url, 'GetCACert', timeoutMs));
    return {
      askedAt,
      error: '',
      renewal: capabilities.some((one) => one.toLowerCase() === 'renewal'),
      expiresAt: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))),
    };
  } catch (error) {
    return { askedAt, error: reasonOf(error), renewal: null, expiresAt: null };
  }
}

async function ask(url: string, operation: string, timeoutMs: number): Promise<Buffer> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Refused('the URL is not a valid http or https address');
  const target = new URL(url);
  target.username = target.password = target.hash = '';
  target.searchParams.set('operation', operation);
  const { status, data } = await axios.get<ArrayBuffer>(target.href, {
    headers: { 'User-Agent': 'recert', Accept: '*/*' },
    responseType: 'arraybuffer',
    signal: AbortSignal.timeout(timeoutMs),
    maxRedirects: 0,
    maxContentLength: MOST_BYTES,
    validateStatus: () => true,
    ...(LOOPBACK.has(target.hostname) ? { proxy: false } : {}),
  });
  if (status >= 300 && status < 400)
    throw new Refused(`${operation} was redirected; Recert does not follow redirects`);
  if (status !== 200) throw new Refused(`${operation} returned HTTP ${status}`);
  return Buffer.from(data);
}

/** An error with a text of Recert's own, which is safe to show. */
class Refused extends Error {}

/** Shows only the code of a foreign error: its message may contain the URL, which contains a private ID of the CA. */
function reasonOf(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (axios.isCancel(error)) return 'no response in time';
  if (axios.isAxiosError(error)) return error.code ?? 'no response';
  return 'GetCACert returned no certificate';
}
