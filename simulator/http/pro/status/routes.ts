import { Router, type Request, type Response } from 'express';
import type { Computer, StatusEntry, StatusReport } from '../../../world/model.js';
import { requires } from '../../auth/guard.js';
import { PRIVILEGES } from '../../auth/privileges.js';
import type { Backend } from '../../backend.js';
import { ApiFailure, notFound } from '../../errors.js';
import type { Faults } from '../../faults/schema.js';
import { type ShownEntry, spellCertificates } from './spelling.js';

const CERTIFICATES = 'security.certificate.list';

interface StatusItem {
  key: string;
  value: string | null;
  lastUpdateTime: string;
}

/** Declarative status of one Mac: all items, or one by its key. */
export function statusRoutes({ world, faults }: Backend): Router {
  const router = Router();
  const allowed = requires(PRIVILEGES.computers.read, PRIVILEGES.readMobileDevices);

  const itemsOf = async (req: Request): Promise<StatusItem[]> => {
    const managementId = String(req.params['managementId']);
    const { status } = faults.current();
    const computer = world.computers.byManagementId(managementId);
    const report = computer && world.statusOf(computer.id);
    if (computer && status.failing.includes(computer.id)) throw new ApiFailure(500);
    if (!computer || !report || status.missing) throw notFound(managementId);
    const { at, entries } = shown(report, status);
    const certificates = (await Promise.all(entries.map(showEntry))).filter((entry) => entry !== null);
    const value = spellCertificates(certificates, status.spelling);
    return [
      ...facts(computer, report.at),
      ...(status.unreported.includes(computer.id)
        ? []
        : [{ key: CERTIFICATES, value, lastUpdateTime: localTime(at) }]),
    ];
  };
  /** Returns `null` for a certificate of a CA that is not simulated. */
  const showEntry = async ({ serialNumber, ...entry }: StatusEntry): Promise<ShownEntry | null> => {
    if (serialNumber === null) return entry;
    const der = await world.ca.certificate(serialNumber);
    return der === undefined ? null : { ...entry, der };
  };
  const send = (res: Response, body: object) => {
    const text = JSON.stringify(body);
    const raw = faults.current().status.spelling === 'raw-controls';
    // A server that does not escape control characters sends invalid JSON.
    res.type('json').send(raw ? text.replaceAll('\\r\\n', '\r\n') : text);
  };

  router.get('/v1/ddm/:managementId/status-items', allowed, async (req, res) => {
    send(res, { statusItems: await itemsOf(req) });
  });
  router.get('/v1/ddm/:managementId/status-items/:key', allowed, async (req, res) => {
    const key = String(req.params['key']);
    const item = (await itemsOf(req)).find((one) => one.key === key);
    if (!item) throw notFound(key);
    send(res, item);
  });
  return router;
}

function shown(report: StatusReport, { stale, incremental }: Faults['status']) {
  if (stale && report.previous !== null) return report.previous;
  return { at: report.at, entries: incremental ? report.changes : report.entries };
}

function facts({ serialNumber, udid, osVersion }: Computer, at: number): StatusItem[] {
  const values = {
    'device.identifier.serial-number': serialNumber,
    'device.identifier.udid': udid,
    'device.model.family': 'Mac',
    'device.operating-system.version': osVersion,
    'management.client-capabilities.supported-versions': '1.0.0',
  };
  return Object.entries(values).map(([key, value]) => ({ key, value, lastUpdateTime: localTime(at) }));
}

/** The time of the server without a zone and without trailing zeros of the fraction. */
function localTime(at: number): string {
  return new Date(at).toISOString().replace(/\.?0*Z$/, '');
}
