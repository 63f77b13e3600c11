import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Backend } from '../backend.js';
import { bodyText } from '../call.js';
import { readProof } from './dpop.js';
import { readJwt } from './jwt.js';
import { refuse, type OktaSession } from './session.js';

const LIFETIME_SECONDS = 3_600;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
export const TOKEN_PATH = '/oauth2/v1/token';

/** Creates the handler of the token endpoint: client credentials with `private_key_jwt`, and DPoP when the app requires it. */
export function grantToken(backend: Backend, session: OktaSession) {
  const nonce = randomBytes(12).toString('base64url');
  return (req: Request, res: Response): void => {
    const { okta } = backend.options;
    const url = `${backend.baseUrl()}${TOKEN_PATH}`;
    const form = new URLSearchParams(bodyText(req));
    const fail = (status: number, error: string, error_description: string) =>
      void res.status(status).json({ error, error_description });
    if (refuse(backend, res, 'token')) return;
    if (form.get('grant_type') !== 'client_credentials') {
      fail(400, 'unsupported_grant_type', 'The authorization grant type is not supported.');
      return;
    }
    const problem = assertionProblem(backend, session, form, url);
    if (problem !== null) {
      fail(401, 'invalid_client', problem);
      return;
    }
    const scopes = (form.get('scope') ?? '').split(' ').filter(Boolean);
    if (scopes.length === 0 || scopes.some((scope) => !okta.scopes.includes(scope))) {
      fail(400, 'invalid_scope', 'One or more scopes are not configured for the authorization server.');
      return;
    }
    const proof =
      req.headers['dpop'] === undefined
        ? null
        : readProof(req, { url, now: session.now(), usedIds: session.usedIds });
    if (proof === null && okta.dpop) {
      fail(400, 'invalid_dpop_proof', 'The DPoP proof JWT header is missing.');
      return;
    }
    if (proof !== null && 'refused' in proof) {
      fail(400, 'invalid_dpop_proof', proof.refused);
      return;
    }
    if (proof !== null && proof.nonce !== nonce) {
      res.setHeader('dpop-nonce', nonce);
      fail(400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.');
      return;
    }
    const token = `eyJraWQiOiJzaW11bGF0b3IifQ.${randomBytes(48).toString('base64url')}.${randomBytes(32).toString('base64url')}`;
    session.tokens.set(token, {
      scopes,
      key: proof?.key ?? null,
      expiresAt: session.now() + LIFETIME_SECONDS * 1_000,
    });
    res.json({
      token_type: proof === null ? 'Bearer' : 'DPoP',
      expires_in: LIFETIME_SECONDS,
      access_token: token,
      scope: scopes.join(' '),
    });
  };
}

/** Returns why the client assertion is refused; `null` if it is accepted. An assertion is accepted once. */
function assertionProblem(
  { options: { okta } }: Backend,
  { now, usedIds }: OktaSession,
  form: URLSearchParams,
  url: string,
): string | null {
  const jwt = readJwt(form.get('client_assertion') ?? '');
  if (!jwt || form.get('client_assertion_type') !== ASSERTION_TYPE) return 'A client_assertion is required.';
  const { header, claims, isSignedBy } = jwt;
  if (okta.clientId === '' || claims['iss'] !== okta.clientId || claims['sub'] !== okta.clientId)
    return 'The client is unknown.';
  const key = okta.keys.find(({ kid }) => kid === header['kid']);
  if (!key || !isSignedBy(key)) return 'The client_assertion signature is invalid.';
  if (claims['aud'] !== url) return 'The audience of the client_assertion is invalid.';
  const left = Number(claims['exp']) * 1_000 - now();
  if (!(left > 0 && left <= 3_600_000)) return 'The client_assertion is expired or valid for too long.';
  if (Number(claims['iat']) * 1_000 > now() + 60_000) return 'The client_assertion is issued in the future.';
  const { jti: id } = claims;
  if (typeof id !== 'string' || id === '' || usedIds.has(id))
    return 'The client_assertion has already been used.';
  usedIds.add(id);
  return null;
}
