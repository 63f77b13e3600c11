import type { Session } from './tokens.js';

/** Response of GET /v1/auth (`AuthorizationV1`). The site -1 is "None" and stands for the whole server. */
export function authorizationOf(session: Session): object {
  const privileges = [...session.privileges];
  return {
    account: {
      id: session.kind === 'client' ? '-1' : '1',
      username: session.name,
      realName: '',
      email: '',
      preferences: {
        language: 'en',
        dateFormat: 'MM/dd/yyyy',
        region: 'Europe',
        timezone: 'Etc/GMT',
        disableRelativeDates: false,
      },
      multiSiteAdmin: false,
      accessLevel: 'FullAccess',
      privilegeSet: 'CUSTOM',
      privilegesBySite: { '-1': privileges },
      groupIds: [],
      currentSiteId: '-1',
      currentDivisionId: null,
    },
    accountGroups: [],
    sites: [],
    authenticationType: session.kind === 'client' ? 'CLIENT_CREDENTIALS' : 'JSS',
  };
}
