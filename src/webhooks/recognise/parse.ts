import { TextDecoder } from 'node:util';
import { parseJson } from '../../json/parse.js';
import { XmlError, parseXml } from '../../xml/parse.js';
import { WebhookRefusal } from '../http/refusal.js';

/** Format and character set of a body. */
export interface Format {
  is: 'json' | 'xml';
  decode: (body: Buffer) => string;
}

const BOM = '\uFEFF';

/** Decodes UTF-8 without a byte order mark. For a body of about one kilobyte, this is much faster than a TextDecoder. */
function decodeUtf8(body: Buffer): string {
  const text = body.toString('utf8');
  return text.startsWith(BOM) ? text.slice(1) : text;
}

const JSON_UTF8: Format = { is: 'json', decode: decodeUtf8 };

const SET_CONTENT_TYPE = 'In Jamf Pro, set the content type of the webhook to JSON or XML.';

/**
 * Reads the format from the Content-Type header: `application/json`, `text/xml`, `application/xml`, or a type with
 * the suffix `+json` or `+xml`.
 * @throws WebhookRefusal `not-json-nor-xml`
 */
export function formatOf(headers: {
  'content-type'?: string | undefined;
  'content-encoding'?: string | undefined;
}): Format {
  const { 'content-type': contentType = '', 'content-encoding': encoding } = headers;
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new WebhookRefusal(
      'not-json-nor-xml',
      'Compressed bodies are not supported. Send the body without Content-Encoding, as Jamf Pro does.',
    );
  if (contentType === 'application/json') return JSON_UTF8;
  const [, type = '', charset = 'utf-8'] =
    /^\s*([^\s;]+)\s*(?:;.*?charset\s*=\s*"?([^\s;"]+))?/i.exec(contentType) ?? [];
  const is = /^(application|text)\/([^/]+\+)?json$/i.test(type)
    ? 'json'
    : /^(application|text)\/([^/]+\+)?xml$/i.test(type)
      ? 'xml'
      : null;
  if (is === null)
    throw new WebhookRefusal(
      'not-json-nor-xml',
      `The content type is neither JSON nor XML. ${SET_CONTENT_TYPE}`,
    );
  return { is, decode: decoderFor(charset) };
}

function decoderFor(charset: string): Format['decode'] {
  if (/^(utf-?8|us-ascii)$/i.test(charset)) return decodeUtf8;
  try {
    const decoder = new TextDecoder(charset);
    return (body) => decoder.decode(body);
  } catch {
    throw new WebhookRefusal(
      'not-json-nor-xml',
      'The character set of the body is not supported. Use UTF-8.',
    );
  }
}

/**
 * Parses a body to `{ webhook, event }`. In XML, these are the children of the root element.
 * @throws WebhookRefusal `not-understood`
 */
export function parseBody(text: string, format: Format): unknown {
  return format.is === 'json' ? readJson(text) : insideRoot(readXml(text));
}

function readJson(text: string): unknown {
  const parsed = parseJson(text);
  if (parsed) return parsed.value;
  throw new WebhookRefusal(
    'not-understood',
    'The content type is JSON, but the body is not valid JSON. It may be incomplete.',
  );
}

/**
 * Limits for XML, because 1 MB of tags or attributes would block the event loop for more than a second. Jamf Pro uses
 * no attributes, and its largest event lists the Macs that joined or left a smart group.
 */
const MOST = { elements: 20_000, attributes: 500 };

function readXml(text: string): unknown {
  try {
    return parseXml(text, { limit: text.length, most: MOST });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new WebhookRefusal(
      'not-understood',
      error.reason === 'doctype'
        ? 'XML with a DOCTYPE is not allowed. Jamf Pro never sends one.'
        : error.reason === 'too-many'
          ? `${error.message}. If Jamf Pro sent this webhook, set its content type to JSON.`
          : 'The content type is XML, but the body is not well-formed XML. It may be incomplete.',
    );
  }
}

function insideRoot(document: unknown): unknown {
  return typeof document === 'object' && document !== null ? Object.values(document)[0] : undefined;
}
