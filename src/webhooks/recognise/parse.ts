import { TextDecoder } from 'node:util';
import { XmlError, parseXml } from '../../xml/parse.js';
import { Refusal } from '../http/refusal.js';

/** What a body is written in. */
export interface Format {
  is: 'json' | 'xml';
  decode: (body: Buffer) => string;
}

const BOM = '\uFEFF';

/** Much quicker than a TextDecoder for a body of a kilobyte. */
function decodeUtf8(body: Buffer): string {
  const text = body.toString('utf8');
  return text.startsWith(BOM) ? text.slice(1) : text;
}

const JSON_UTF8: Format = { is: 'json', decode: decodeUtf8 };

const SEND_THIS = 'In Jamf Pro, set the content type of the webhook to JSON or XML.';

/**
 * Which format the headers of a request announce: `application/json`, `text/xml`, `application/xml` and their `+json` and `+xml` kin.
 *
 * @throws Refusal `not-json-nor-xml`
 */
export function formatOf(headers: {
  'content-type'?: string | undefined;
  'content-encoding'?: string | undefined;
}): Format {
  const { 'content-type': contentType = '', 'content-encoding': encoding } = headers;
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new Refusal('not-json-nor-xml', 'Send the body without compression, as Jamf Pro does.');
  if (contentType === 'application/json') return JSON_UTF8;
  const [, type = '', charset = 'utf-8'] =
    /^\s*([^\s;]+)\s*(?:;.*?charset\s*=\s*"?([^\s;"]+))?/i.exec(contentType) ?? [];
  const is = /^(application|text)\/([^/]+\+)?json$/i.test(type)
    ? 'json'
    : /^(application|text)\/([^/]+\+)?xml$/i.test(type)
      ? 'xml'
      : null;
  if (is === null)
    throw new Refusal('not-json-nor-xml', `The body is announced as neither JSON nor XML. ${SEND_THIS}`);
  return { is, decode: decoderFor(charset) };
}

function decoderFor(charset: string): Format['decode'] {
  if (/^(utf-?8|us-ascii)$/i.test(charset)) return decodeUtf8;
  try {
    const decoder = new TextDecoder(charset);
    return (body) => decoder.decode(body);
  } catch {
    throw new Refusal('not-json-nor-xml', 'The character set of the body is not known here. Send UTF-8.');
  }
}

/**
 * Text to values. Both formats give `{ webhook, event }`; in XML that is what stands inside the root element.
 *
 * @throws Refusal `not-understood`
 */
export function parseBody(text: string, format: Format): unknown {
  return format.is === 'json' ? parseJson(text) : insideRoot(readXml(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(
      'not-understood',
      'The body is announced as JSON and is not well-formed JSON. It may have been cut off.',
    );
  }
}

function readXml(text: string): unknown {
  try {
    return parseXml(text, { limit: text.length });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new Refusal(
      'not-understood',
      error.reason === 'doctype'
        ? 'XML with a DOCTYPE is refused. Jamf Pro sends none.'
        : 'The body is announced as XML and is not well-formed XML. It may have been cut off.',
    );
  }
}

function insideRoot(document: unknown): unknown {
  return typeof document === 'object' && document !== null ? Object.values(document)[0] : undefined;
}
