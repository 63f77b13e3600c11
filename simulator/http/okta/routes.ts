import { Router, type Response } from 'express';
import type { Backend } from '../backend.js';
import { describeAuthorities } from './authorities.js';
import { readLog } from './log.js';
import { oktaHeaders, refuse, sendOktaError, withScope, type OktaSession } from './session.js';
import { grantToken, TOKEN_PATH } from './token.js';

const AUTHORITIES = '/pki/api/v2/certificate-authorities';
const LOG = '/api/v1/logs';

/** Whether a path belongs to Okta. Jamf Pro has none of these paths. */
export function isOktaPath(path: string): boolean {
  return [TOKEN_PATH, AUTHORITIES, LOG].some((own) => path === own || path.startsWith(`${own}/`));
}

/** Routes of the simulated Okta organization: token, certificate authorities and System Log. */
export function oktaRoutes(backend: Backend): Router {
  const router = Router();
  const now = () => Date.now() + backend.faults.current().okta.clockAhead;
  const session: OktaSession = { tokens: new Map(), usedIds: new Set(), now };
  const headers = oktaHeaders(backend, now);
  const reads = withScope(backend, session, 'okta.certificateAuthorities.read');
  const answer = (res: Response, body: object | null | undefined) => {
    if (refuse(backend, res, 'authorities')) return;
    if (body) res.json(body);
    else sendOktaError(res, 404, 'E0000007', 'Not found: Resource not found');
  };
  const list = (res: Response, data: object[] | null) => answer(res, data && { data });
  const find = (data: object[] | null, field: string, value: string) =>
    data?.find((one) => Reflect.get(one, field) === value);

  router.post(TOKEN_PATH, headers, grantToken(backend, session));
  router.get(LOG, headers, withScope(backend, session, 'okta.logs.read'), readLog(backend));
  router.use(AUTHORITIES, headers, reads);
  router.get(AUTHORITIES, ({ query }, res) => {
    const wanted = (['type', 'caType'] as const).filter((name) => query[name] !== undefined);
    const all = describeAuthorities(backend).list(query['expand'] === 'certificates');
    list(
      res,
      all.filter((one) => wanted.every((name) => Reflect.get(one, name) === query[name])),
    );
  });
  router.get(`${AUTHORITIES}/:id`, ({ params, query }, res) => {
    const all = describeAuthorities(backend).list(query['expand'] === 'certificates');
    answer(res, find(all, 'authorityInstanceId', params.id));
  });
  router.get(`${AUTHORITIES}/:id/certificates`, ({ params }, res) => {
    list(res, describeAuthorities(backend).certificates(params.id));
  });
  router.get(`${AUTHORITIES}/:id/certificates/:ski`, ({ params }, res) => {
    answer(res, find(describeAuthorities(backend).certificates(params.id), 'ski', params.ski));
  });
  router.get(`${AUTHORITIES}/:id/registration-authorities`, ({ params }, res) => {
    list(res, describeAuthorities(backend).registrations(params.id));
  });
  router.get(`${AUTHORITIES}/:id/registration-authorities/:ra`, ({ params }, res) => {
    answer(res, find(describeAuthorities(backend).registrations(params.id), 'id', params.ra));
  });
  return router;
}
