import { Router, type Request } from 'express';
import type { Backend } from '../backend.js';
import { callOf } from '../call.js';
import { requires } from '../auth/guard.js';
import { PRIVILEGES } from '../auth/privileges.js';
import { ClassicFailure } from '../errors.js';
import { list, sendClassic } from '../render/classic.js';
import { findComputer } from './find-computer.js';

const STATUSES: Readonly<Record<string, { pending: boolean; failed: boolean }>> = {
  Pending: { pending: true, failed: false },
  Failed: { pending: false, failed: true },
  'Pending+Failed': { pending: true, failed: true },
};

/** Deletes **all** commands with the given status, of a computer or of every member of a group. */
export function commandFlushRoutes(backend: Backend): Router {
  const router = Router();

  router.delete('/commandflush/:kind/id/:id/status/:status', requires(PRIVILEGES.flush), (req, res) => {
    const status = String(req.params['status']);
    const flushed = Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined;
    if (!flushed) throw new ClassicFailure(400, 'Bad Request');
    const ids = computersOf(backend, req);
    backend.cluster.write(callOf(req).node, null, () => {
      for (const id of ids) backend.world.commands.flush(id, flushed);
    });
    const computers = list(
      'computer',
      ids.map((id) => ({ id })),
    );
    sendClassic(req, res, 'commandflush', { status, computers });
  });

  return router;
}

function computersOf(backend: Backend, req: Request): number[] {
  const kind = req.params['kind'];
  if (kind === 'computers') return [findComputer(backend, req).id];
  if (kind !== 'computergroups') throw new ClassicFailure(404, 'Not Found');
  const group = backend.world.groups.get(Number(req.params['id']));
  if (!group) throw new ClassicFailure(404, 'Not Found');
  return [...group.members];
}
