/**
 * Names of the privileges that the served calls ask for.
 * Source: `x-required-privileges` in the OpenAPI of Jamf Pro 11.30.1; for Classic the Terraform providers.
 */
const crud = (object: string) => ({
  create: `Create ${object}`,
  read: `Read ${object}`,
  update: `Update ${object}`,
  delete: `Delete ${object}`,
});

export const PRIVILEGES = {
  computers: crud('Computers'),
  profiles: crud('macOS Configuration Profiles'),
  staticGroups: crud('Static Computer Groups'),
  smartGroups: crud('Smart Computer Groups'),
  webhooks: crud('Webhooks'),
  roles: crud('API Roles'),
  integrations: crud('API Integrations'),
  commands: 'View MDM command information in Jamf Pro API',
  flush: 'Flush MDM Commands',
  renewProfile: 'Send Command to Renew MDM Profile',
  serverUrl: 'Read JSS URL',
} as const;

/** Every privilege the simulator knows. */
export const ALL_PRIVILEGES: readonly string[] = Object.values(PRIVILEGES).flatMap((entry) =>
  typeof entry === 'string' ? [entry] : Object.values(entry),
);
