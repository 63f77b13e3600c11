import { effectiveSettings } from '../../config/effective.js';
import { noBody, nothing } from '../http/check-request.js';
import { defineRoute } from '../server/route.js';
import { settingsAnswer } from '../../contract/resources/settings.js';

/** Route for the effective configuration. Only admins may read it, because it reveals internal addresses and names. */
export const settingsRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/settings',
    role: 'admin',
    summary: 'The effective configuration, secrets hidden',
    description: 'The same values that `recert config check` prints, with a description of each setting.',
    params: nothing,
    query: nothing,
    body: noBody,
    answer: settingsAnswer,
    statuses: [200],
    handle: (_input, { config }) => Promise.resolve({ body: { settings: effectiveSettings(config) } }),
  }),
];
