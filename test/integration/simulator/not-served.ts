/** Operations of the specifications that the simulator does not serve, and why. Anything else must be tested. */
export const NOT_SERVED: Readonly<Record<string, string>> = {
  'POST /api/v1/api-integrations': 'clients are made by the options',
  'POST /api/v1/api-roles': 'roles are made by the options',
  'PUT /api/v1/jamf-pro-server-url': 'the address is what the server listens on',
  'POST /api/v3/computers-inventory': 'Macs come by enrolling',
  'PATCH /api/v3/computers-inventory-detail/{id}': 'nothing here changes a computer record by hand',
  'POST /api/v4/computers-inventory': 'Macs come by enrolling',
  'PATCH /api/v4/computers-inventory-detail/{id}': 'nothing here changes a computer record by hand',
  'DELETE /JSSResource/commandflush': 'this form is for mobile devices',
  'POST /JSSResource/computergroups/name/{name}': 'made by POST to id 0',
  'DELETE /JSSResource/computers/id/{id}': 'inventory v4 deletes',
  'POST /JSSResource/computers/id/{id}': 'Macs come by enrolling',
  'PUT /JSSResource/computers/id/{id}': 'nothing here changes a computer record by hand',
  'POST /JSSResource/osxconfigurationprofiles/name/{name}': 'made by POST to id 0',
  'POST /JSSResource/webhooks/name/{name}': 'made by POST to id 0',
};
