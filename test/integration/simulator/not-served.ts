/** Operations of the specifications that the simulator does not serve, and why. Anything else must be tested. */
export const NOT_SERVED: Readonly<Record<string, string>> = {
  'POST /api/v1/api-integrations': 'options create the API clients',
  'POST /api/v1/api-roles': 'options create the API roles',
  'PUT /api/v1/jamf-pro-server-url': 'the address is the one that the server listens on',
  'POST /api/v3/computers-inventory': 'Macs appear by enrollment',
  'PATCH /api/v3/computers-inventory-detail/{id}': 'computer records are not changed manually',
  'POST /api/v4/computers-inventory': 'Macs appear by enrollment',
  'PATCH /api/v4/computers-inventory-detail/{id}': 'computer records are not changed manually',
  'POST /api/v1/ddm/{clientManagementId}/sync': 'Macs report their status without it',
  'DELETE /JSSResource/commandflush': 'this form is for mobile devices',
  'POST /JSSResource/computergroups/name/{name}': 'POST to ID 0 creates the object',
  'DELETE /JSSResource/computers/id/{id}': 'inventory v4 deletes computers',
  'POST /JSSResource/computers/id/{id}': 'Macs appear by enrollment',
  'PUT /JSSResource/computers/id/{id}': 'computer records are not changed manually',
  'POST /JSSResource/osxconfigurationprofiles/name/{name}': 'POST to ID 0 creates the object',
  'POST /JSSResource/webhooks/name/{name}': 'POST to ID 0 creates the object',
};
