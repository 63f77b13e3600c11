/**
 * Names of the privileges that the routes require.
 * Source: `x-required-privileges` in the OpenAPI description of Jamf Pro 11.30.1; for the Classic API, the Terraform providers.
 */
const crud = (object: string) => ({
  create: `Create ${object}`,
  read: `Read ${object}`,
  update: `Update ${object}`,
  delete: `Delete ${object}`,
});

/** The privileges by object and operation. */
export const PRIVILEGES = {
  computers: crud('Computers'),
  profiles: crud('macOS Configuration Profiles'),
  staticGroups: crud('Static Computer Groups'),
  smartGroups: crud('Smart Computer Groups'),
  webhooks: crud('Webhooks'),
  roles: crud('API Roles'),
  integrations: crud('API Integrations'),
  commands: 'View MDM command information in Jamf Pro API',
  /** Also required to read the declarative status of computers. */
  readMobileDevices: 'Read Mobile Devices',
  flush: 'Flush MDM Commands',
  renewProfile: 'Send Command to Renew MDM Profile',
  serverUrl: 'Read JSS URL',
} as const;

/** All privileges that the simulator knows. */
export const ALL_PRIVILEGES: readonly string[] = Object.values(PRIVILEGES).flatMap((entry) =>
  typeof entry === 'string' ? [entry] : Object.values(entry),
);
