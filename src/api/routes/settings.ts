import { effectiveSettings } from '../../config/effective.js';
import { noBody, nothing } from '../http/check-request.js';
import { defineRoute } from '../server/route.js';
import { settingsAnswer } from '../../contract/resources/settings.js';

/** The configuration in force: for admins, because it tells how the house is built. */
export const settingsRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/settings',
    role: 'admin',
    summary: 'The effective configuration, secrets hidden',
    description: 'As `recert config check` prints it, with what each setting means.',
    params: nothing,
    query: nothing,
    body: noBody,
    answer: settingsAnswer,
    statuses: [200],
    handle: (_input, { config }) => Promise.resolve({ body: { settings: effectiveSettings(config) } }),
  }),
];
