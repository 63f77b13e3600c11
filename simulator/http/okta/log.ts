import type { Request, Response } from 'express';
import type { OktaEvent } from '../../world/contracts/mdm.js';
import type { Backend } from '../backend.js';
import { refuse, sendOktaError } from './session.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const WEEK_MS = 7 * 86_400_000;
const KEPT_MS = 90 * 86_400_000;

/**
 * Creates the handler of the System Log. Without `until`, events come in the order in which they were stored, and every
 * page has a link to the next one. `filter` supports `eventType eq` and `eventType sw`, joined by `or`.
 */
export function readLog(backend: Backend) {
  return (req: Request, res: Response): void => {
    if (refuse(backend, res, 'log')) return;
    const { world, faults } = backend;
    const { nextRefused, spelling } = faults.current().okta;
    const query = new URLSearchParams(req.originalUrl.split('?')[1] ?? '');
    const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
    const after = query.get('after');
    const matches = filterOf(query.get('filter'));
    const now = world.clock.now();
    const since = query.get('since') === null ? now - WEEK_MS : Date.parse(query.get('since') ?? '');
    const until = query.get('until');
    if (
      !Number.isInteger(limit) ||
      limit < 0 ||
      limit > MAX_LIMIT ||
      Number.isNaN(since) ||
      matches === null
    ) {
      sendOktaError(res, 400, 'E0000001', 'Api validation failed: logs');
      return;
    }
    if (after !== null && (nextRefused || !/^\d+$/.test(after) || query.has('since'))) {
      sendOktaError(res, 400, 'E0000031', 'Invalid search criteria: after.');
      return;
    }
    const earliest = after === null ? Math.max(since, now - KEPT_MS) : 0;
    const latest = until === null ? Infinity : Date.parse(until);
    const found = [...world.ca.systemLog().entries()]
      .filter(([index]) => after === null || index >= Number(after))
      .filter(([, event]) => event.at >= earliest && event.at < latest && matches(event.eventType));
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const position = last ? last[0] + 1 : Math.max(Number(after ?? 0), world.ca.systemLog().length);
    const link = (params: URLSearchParams) => `<${backend.baseUrl()}/api/v1/logs?${params.toString()}>`;
    const next = new URLSearchParams(query);
    next.delete('since');
    next.set('after', String(position));
    const isEnd = until !== null && page.length === found.length;
    res.setHeader('link', [`${link(query)}; rel="self"`, ...(isEnd ? [] : [`${link(next)}; rel="next"`])]);
    res.json(page.map(([, event]) => describeEvent(event, spelling)));
  };
}

/** Returns the test of a filter; `null` if the filter is not supported. */
function filterOf(filter: string | null): ((type: string) => boolean) | null {
  if (filter === null || filter === '') return () => true;
  const tests: ((type: string) => boolean)[] = [];
  for (const part of filter.split(' or ')) {
    const [, operator, value] = /^eventType (eq|sw) "([\w.]+)"$/.exec(part.trim()) ?? [];
    if (value === undefined) return null;
    tests.push((type) => (operator === 'eq' ? type === value : type.startsWith(value)));
  }
  return (type) => tests.some((test) => test(type));
}

type Spelling = 'documented' | 'sparse' | 'other';

/** `sparse`: only what an event must have. `other`: the serial number is decimal, in the debug data, and nowhere else. */
function describeEvent({ uuid, at, ...event }: OktaEvent, spelling: Spelling): object {
  const published = new Date(at).toISOString();
  const { eventType, displayMessage, severity, reason, targets } = event;
  const target = targets.map(({ id, type, displayName, detail }) => ({
    id,
    type,
    alternateId: null,
    displayName,
    detailEntry: detail,
  }));
  if (spelling === 'sparse') return { uuid, published, eventType, target, outcome: null };
  const serial = targets.find(({ type }) => type === 'Certificate')?.detail?.['serialNumber'];
  const isMoved = spelling === 'other' && serial !== undefined;
  return {
    uuid,
    published,
    eventType,
    version: '0',
    severity,
    legacyEventType: null,
    displayMessage,
    actor: {
      id: '00u0simulator000000',
      type: 'SystemPrincipal',
      alternateId: 'system@okta.com',
      displayName: 'Okta System',
      detailEntry: null,
    },
    client: {
      userAgent: null,
      zone: null,
      device: null,
      id: null,
      ipAddress: null,
      geographicalContext: null,
    },
    outcome: { result: 'SUCCESS', reason },
    target: isMoved ? null : target,
    transaction: { type: 'JOB', id: `tx-${uuid.slice(-6)}`, detail: {} },
    debugContext: { debugData: isMoved ? { certificate: { serial: BigInt(`0x${serial}`).toString() } } : {} },
    request: { ipChain: [] },
  };
}
