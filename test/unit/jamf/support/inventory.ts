/** A record of inventory v4 like the examples of the API description, with the given differences. */
export function record(id: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    udid: `00000000-0000-0000-0000-${id.padStart(12, '0')}`,
    general: {
      name: `mac-${id}`,
      managementId: `aaaaaaaa-0000-0000-0000-${id.padStart(12, '0')}`,
      reportDate: '2026-11-20T10:00:00.123Z',
      lastCheckIn: '2026-11-23T11:00:00Z',
      lastContact: '2026-11-23T11:30:00Z',
      lastEnrolledDate: '2025-01-01T00:00:00Z',
      remoteManagement: { managed: true, managementUsername: '' },
      mdmCapable: { capable: true, capableUsers: [] },
      somethingNew: { of: 'a later version' },
    },
    hardware: { serialNumber: `SERIAL${id}` },
    userAndLocation: {
      username: 'ada',
      realname: 'Ada Lovelace',
      email: 'ada@example.com',
      departmentId: '3',
      buildingId: '-1',
    },
    certificates: [certificate()],
    configurationProfiles: [
      {
        id: '12',
        username: '',
        lastInstalled: '2025-12-01T12:00:00Z',
        removable: false,
        displayName: 'Okta SCEP',
        profileIdentifier: 'PROFILE-UUID',
        uuid: null,
      },
    ],
    groupMemberships: [{ groupId: '7', groupName: 'All', smartGroup: true }],
    ...changes,
  };
}

/** A certificate as inventory shows it. */
export function certificate(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    commonName: 'C02 PROFILE-UUID',
    identity: true,
    expirationDate: '2026-12-01T12:00:00Z',
    username: '',
    lifecycleStatus: 'ACTIVE',
    certificateStatus: 'EXPIRING',
    subjectName: 'CN=C02 PROFILE-UUID',
    serialNumber: '40f3d9fb',
    sha1Fingerprint: 'ed361458',
    issuedDate: '2025-12-01T12:00:00Z',
    ...changes,
  };
}

/** A response with these records. */
export function page(
  results: readonly unknown[],
  totalCount: number = results.length,
): { body: { totalCount: number; results: readonly unknown[] } } {
  return { body: { totalCount, results } };
}
