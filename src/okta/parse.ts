import { z } from 'zod';
import type { CaGeneration, OktaEvent, ScepConfiguration } from '../domain/okta/state.js';
import { keyIdOf } from '../domain/okta/match.js';

/** Maximum number and length of the texts that are kept of an event. */
const MAX_WORDS = 40;
const MAX_WORD = 200;
/** Depth to which the details of an event are read. */
const MAX_DEPTH = 6;

const text = z.string().catch('');
const key = text.transform(keyIdOf);
/** Dates have an offset without a colon, which strict validators refuse: `2028-03-18T23:44:57.000+0000`. */
const date = z.unknown().optional().transform(dateOf);
const entries = z.array(z.unknown()).catch([]);

const generationSchema = z.object({
  ski: key.pipe(z.string().min(1)),
  authorityInstanceId: key,
  caType: text,
  type: text,
  rotationState: text,
  subjectDN: text,
  createdDate: date,
  expirationDate: date,
});

const authoritySchema = z.object({
  authorityInstanceId: key.pipe(z.string().min(1)),
  type: text,
  _embedded: z.object({ certificates: entries }).catch({ certificates: [] }),
});

const configurationSchema = z.object({
  id: z.string().min(1),
  name: text,
  scepUrl: text,
  challengeType: text,
  authorityInstanceId: key,
  aki: key,
  caExpirationDate: date,
  lastUpdatedDate: date,
});

const target = z.looseObject({ id: text });
const eventSchema = z.object({
  uuid: z.string().min(1),
  eventType: z.string().min(1),
  published: date,
  outcome: z.object({ result: text }).catch({ result: '' }),
  target: z.array(target.catch({ id: '' })).catch([]),
  debugContext: z.object({ debugData: z.unknown().optional() }).catch({ debugData: null }),
});

/** Returns the time of a date, epoch milliseconds; `null` if it cannot be read. */
function dateOf(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const at = Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? null : at;
}

/** Returns the entries of a list response. Entries that are not objects are left out later. */
function listOf(body: unknown): readonly unknown[] {
  return z.object({ data: entries }).catch({ data: [] }).parse(body).data;
}

/** Reads the authorities with their generations. Roots are left out, because they issue no client certificates. */
export function readAuthorities(body: unknown): { ids: string[]; generations: CaGeneration[] } {
  const found = valid(authoritySchema, listOf(body)).filter(({ type }) => type !== 'ROOT');
  return {
    ids: found.map(({ authorityInstanceId }) => authorityInstanceId),
    generations: found.flatMap(({ authorityInstanceId, _embedded }) =>
      valid(generationSchema, _embedded.certificates).map((one) => ({
        keyId: one.ski,
        authorityId: one.authorityInstanceId || authorityInstanceId,
        family: one.caType,
        rotation: one.rotationState,
        subject: one.subjectDN,
        createdAt: one.createdDate,
        expiresAt: one.expirationDate,
      })),
    ),
  };
}

/** Reads SCEP configurations. */
export function readConfigurations(body: unknown, authorityId: string): ScepConfiguration[] {
  return valid(configurationSchema, listOf(body)).map((one) => ({
    id: one.id,
    name: one.name,
    url: one.scepUrl,
    challenge: one.challengeType,
    authorityId: one.authorityInstanceId || authorityId,
    keyId: one.aki,
    caExpiresAt: one.caExpirationDate,
    updatedAt: one.lastUpdatedDate,
  }));
}

/** Reads events of the System Log. Failed actions are left out, because they changed nothing. */
export function readEvents(body: unknown): OktaEvent[] {
  return valid(eventSchema, z.array(z.unknown()).catch([]).parse(body))
    .filter(({ outcome: { result } }) => result !== 'FAILURE' && result !== 'DENY')
    .map(({ uuid, eventType, published, target: targets, debugContext }) => ({
      id: uuid,
      type: eventType,
      at: published ?? 0,
      targetIds: targets.map(({ id }) => id).filter((id) => id !== ''),
      words: isCertificate(eventType) ? wordsIn([targets, debugContext.debugData]) : [],
    }));
}

/** Only events about certificates keep their texts, because texts of other events may be personal data. */
function isCertificate(type: string): boolean {
  return type.startsWith('pki.cert.');
}

function wordsIn(value: unknown): string[] {
  const words = new Set<string>();
  const visit = (node: unknown, depth: number): void => {
    if (words.size >= MAX_WORDS || depth > MAX_DEPTH) return;
    if (typeof node === 'string' && node !== '' && node.length <= MAX_WORD) words.add(node);
    else if (typeof node === 'number') words.add(String(node));
    else if (typeof node === 'object' && node !== null)
      for (const one of Object.values(node)) visit(one, depth + 1);
  };
  visit(value, 0);
  return [...words];
}

function valid<Schema extends z.ZodType>(schema: Schema, list: readonly unknown[]): z.output<Schema>[] {
  return list.flatMap((one) => {
    const parsed = schema.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
}

/**
 * Returns the URL of the next page from the header `link`. Several links may be joined by commas, and a URL may
 * contain commas.
 */
export function nextLink(header: string | null): string | null {
  const links = (header ?? '').split(/,\s*(?=<)/);
  const next = links.find((one) => /;\s*rel="?next"?/i.test(one));
  return /<([^>]*)>/.exec(next ?? '')?.[1] ?? null;
}
