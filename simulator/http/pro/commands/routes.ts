import { Router } from 'express';
import { z } from 'zod';
import type { Backend } from '../../backend.js';
import { callOf } from '../../call.js';
import { requires } from '../../auth/guard.js';
import { PRIVILEGES } from '../../auth/privileges.js';
import { ApiFailure, badRequest } from '../../errors.js';
import { isListed } from '../../faults/records.js';
import { readJson } from '../body.js';
import { commandFields, findCommands, renderCommand } from './list.js';
import { POSTABLE_COMMANDS } from './types.js';
import { cut, pageOf, textOf, valuesOf } from '../paging.js';
import { sortRows } from '../sorting.js';

const commandRequest = z.looseObject({
  clientData: z.array(z.looseObject({ managementId: z.string() })).min(1),
  commandData: z.looseObject({ commandType: z.string() }),
});
const blankPushRequest = z.looseObject({ clientManagementIds: z.array(z.string()).min(1) });
const renewRequest = z.looseObject({ udids: z.array(z.string()).min(1) });

/** MDM routes: list and send commands, blank push, and renew-profile, which renews the MDM profile but no Okta certificate. */
export function commandRoutes(backend: Backend): Router {
  const { world, cluster, faults } = backend;
  const router = Router();
  const allowed = requires(PRIVILEGES.commands);

  router.get('/v2/mdm/commands', allowed, (req, res) => {
    const page = pageOf(req.query);
    const { commands: faulty, words } = faults.current();
    const filter = textOf(req.query, 'filter');
    if (faulty.withoutInstallProfile && filter.includes('INSTALL_PROFILE')) throw new ApiFailure(500);
    const found = findCommands(world, cluster, callOf(req).node, filter);
    const rows = found.filter((command) => isListed(command, faulty));
    const sort = valuesOf(req.query, 'sort').filter((criterion) => !/^dateSent(:asc)?$/i.test(criterion));
    const sorted = sortRows(rows, sort, commandFields(world));
    res.json({
      totalCount: rows.length,
      results: cut(sorted, page).map((command) => renderCommand(command, words)),
    });
  });

  router.post('/v2/mdm/commands', allowed, (req, res) => {
    const { clientData, commandData } = readJson(req, commandRequest);
    const { commandType } = commandData;
    if (!POSTABLE_COMMANDS.includes(commandType)) {
      throw badRequest('commandData.commandType', `Command ${commandType} cannot be sent`);
    }
    const unknown = clientData.find(
      ({ managementId }) => !world.computers.byManagementId(managementId)?.managed,
    );
    if (unknown) {
      throw badRequest('clientData', `Client ${unknown.managementId} is not managed`, 'INVALID_DEVICE');
    }
    const sent = cluster.write(callOf(req).node, null, () =>
      clientData.map(({ managementId }) => world.commands.send(managementId, commandType)),
    );
    const href = (uuid: string) => `${backend.baseUrl()}/api/v2/mdm/commands?filter=uuid==${uuid}`;
    res.status(201).json(sent.map(({ uuid }) => ({ id: uuid, href: href(uuid) })));
  });

  router.post('/v2/mdm/blank-push', allowed, (req, res) => {
    const { clientManagementIds } = readJson(req, blankPushRequest);
    res.json({ errorUuids: world.commands.blankPush(clientManagementIds) });
  });

  router.post('/v1/mdm/renew-profile', requires(PRIVILEGES.renewProfile), (req, res) => {
    const { udids } = readJson(req, renewRequest);
    const notProcessed = udids.filter((udid) => !world.computers.byUdid(udid)?.managed);
    res.status(202).json({ udidsNotProcessed: { udids: notProcessed } });
  });

  return router;
}
