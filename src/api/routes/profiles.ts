import { profileIdsOf } from '../../config/sections/profile.js';
import { z } from 'zod';
import { type AuditReport, findingsOf } from '../../domain/audit/report.js';
import { noBody, nothing } from '../http/check-request.js';
import { Problem } from '../../contract/problem.js';
import { profilesOf } from '../../domain/watched.js';
import { defineRoute } from '../server/route.js';
import { instanceQuery, profileId } from '../../contract/common.js';
import { profileAudit, profileList } from '../../contract/resources/profiles.js';
import type { ApiServices } from '../server/services.js';
import { resolveInstance } from '../../application/fleet/resolve-instance.js';

/** Routes for profiles and for the results of the profile check. */
export const profileRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/profiles',
    role: 'viewer',
    summary: 'Watched Jamf Pro profiles with the number of findings',
    params: nothing,
    query: z.strictObject({
      instance: instanceQuery,
      all: z
        .stringbool()
        .default(false)
        .describe(
          'Also include profiles that are not watched and that the last profile check of the entire Jamf Pro server found.',
        ),
    }),
    body: noBody,
    answer: profileList,
    statuses: [200],
    handle: async ({ query }, services) => {
      const names =
        query.instance === undefined
          ? Object.keys(services.config.instances)
          : [resolveInstance(services, query.instance)];
      const profiles = [];
      const servers = [];
      for (const instance of names) {
        const halves = await halvesOf(services, instance);
        for (const half of halves) {
          const report = await services.profileAudits.get(instance, half.id);
          profiles.push({ ...half, ...countsOf(report) });
        }
        if (query.all)
          for (const report of await services.profileAudits.all(instance))
            if (!halves.some(({ id }) => id === report.id))
              profiles.push({ ...unwatched(instance, report.id), ...countsOf(report) });
        const whole = await services.profileAudits.lastOfAll(instance);
        servers.push({ instance, ...(whole ?? { auditedAt: null, profiles: null, unread: null }) });
      }
      return { body: { profiles, servers } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/profiles/{id}/audit',
    role: 'viewer',
    summary: 'Result of the profile check of one profile',
    description:
      'Watched profiles are checked with every sweep, other profiles when all profiles of the Jamf Pro server are checked. The SCEP challenge is never included.',
    params: z.strictObject({ id: profileId }),
    query: z.strictObject({ instance: instanceQuery }),
    body: noBody,
    answer: profileAudit,
    statuses: [200],
    handle: async ({ params, query }, services) => {
      const instance = resolveInstance(services, query.instance);
      const half = (await halvesOf(services, instance)).find(({ id }) => id === params.id);
      const report = await services.profileAudits.get(instance, params.id);
      if (!report)
        throw new Problem(
          'not-found',
          half
            ? `Profile ${params.id} on ${instance} has not been checked yet. Check that a worker is running and that the API client may read profiles.`
            : `Profile ${params.id} on ${instance} is not watched, and no check of all profiles of this server has found it. \`recert profiles list\` shows the watched profiles; \`recert profiles audit --all\` checks all profiles.`,
        );
      return {
        body: {
          ...(half ?? unwatched(instance, params.id)),
          ...countsOf(report),
          auditedAt: report.auditedAt,
          findings: findingsOf(report),
          unseen: [...report.unseen, ...(report.field?.unseen ?? [])],
          computers: report.field?.computers ?? null,
          fieldAuditedAt: report.field?.auditedAt ?? null,
          caExpiresAt: report.field?.caExpiresAt ?? null,
        },
      };
    },
  }),
];

/**
 * Returns the profiles of one Jamf Pro server that the configuration names. With overlap, a watched profile has two:
 * blue and green.
 */
async function halvesOf(
  { config, profiles: store }: Pick<ApiServices, 'config' | 'profiles'>,
  instance: string,
) {
  const { watched } = await store.watchedProfiles(instance);
  const read = new Map(watched.flatMap(profilesOf).map((one) => [one.id, one]));
  return Object.entries(config.instances[instance]?.profiles ?? {}).flatMap(([profile, settings]) =>
    profileIdsOf(settings).map((id, index) => ({
      instance,
      id,
      profile,
      half: settings.overlap === undefined ? null : index === 0 ? ('blue' as const) : ('green' as const),
      redistributeDays: read.get(id)?.redistributeDays ?? null,
    })),
  );
}

const unwatched = (instance: string, id: string) => ({
  instance,
  id,
  profile: '',
  half: null,
  redistributeDays: null,
});

function countsOf(report: AuditReport | null) {
  if (!report) return { title: '', auditedAt: null, errors: null, warnings: null };
  const found = findingsOf(report);
  const errors = found.filter(({ severity }) => severity === 'error').length;
  return { title: report.title, auditedAt: report.auditedAt, errors, warnings: found.length - errors };
}
