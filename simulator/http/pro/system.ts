import { Router } from 'express';
import type { Backend } from '../backend.js';
import { requires } from '../auth/guard.js';
import { ALL_PRIVILEGES, PRIVILEGES } from '../auth/privileges.js';
import { cut, pageOf } from './paging.js';

/** Read-only routes about the server: version, features, URL, privileges, API roles and API clients. */
export function systemRoutes({ options, baseUrl }: Backend): Router {
  const router = Router();
  const { roles, integrations } = PRIVILEGES;

  router.get('/v1/jamf-pro-version', (_req, res) => {
    res.json({ version: options.version });
  });

  router.get('/v2/jamf-pro-information', (_req, res) => {
    res.json({
      vppTokenEnabled: false,
      depAccountEnabled: true,
      byodEnabled: false,
      userMigrationEnabled: false,
      cloudDeploymentsEnabled: true,
      patchEnabled: true,
      ssoSamlEnabled: false,
      smtpEnabled: false,
    });
  });

  router.get('/v1/jamf-pro-server-url', requires(PRIVILEGES.serverUrl), (_req, res) => {
    res.json({ url: baseUrl() });
  });

  router.get('/v1/api-role-privileges', requires(roles.read), (_req, res) => {
    res.json({ privileges: ALL_PRIVILEGES });
  });

  router.get('/v1/api-roles', requires(roles.read), (req, res) => {
    const all = options.clients.map(({ displayName, privileges }, index) => ({
      id: String(index + 1),
      displayName,
      privileges,
    }));
    res.json({ totalCount: all.length, results: cut(all, pageOf(req.query)) });
  });

  router.get('/v1/api-integrations', requires(integrations.read), (req, res) => {
    const all = options.clients.map(({ id, displayName, enabled, tokenLifetime }, index) => ({
      id: index + 1,
      displayName,
      enabled,
      authorizationScopes: [displayName],
      accessTokenLifetimeSeconds: Math.ceil(tokenLifetime / 1_000),
      appType: 'CLIENT_CREDENTIALS',
      clientId: id,
    }));
    res.json({ totalCount: all.length, results: cut(all, pageOf(req.query)) });
  });

  return router;
}
