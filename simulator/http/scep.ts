import { Router } from 'express';
import type { Backend } from './backend.js';

/**
 * GetCACaps and GetCACert of SCEP (RFC 8894, 3.5.1 and 4.2). Macs request certificates inside the simulated world, not over HTTP.
 * As at Okta, the capabilities do not include "Renewal".
 */
export function scepRoutes({ world }: Backend): Router {
  const router = Router();
  router.get('/pki/:hash/scep/:id', async (req, res) => {
    if (req.path !== world.ca.scepPath) {
      res.status(404).end();
      return;
    }
    const { operation } = req.query;
    if (operation === 'GetCACaps') {
      res.setHeader('Content-Type', 'text/plain');
      res.end(world.ca.caps());
    } else if (operation === 'GetCACert') {
      res.setHeader('Content-Type', 'application/x-x509-ca-cert');
      res.end(Buffer.from(await world.ca.caCertificate()));
    } else res.status(400).end();
  });
  return router;
}
