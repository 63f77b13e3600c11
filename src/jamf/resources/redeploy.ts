import { renderXml } from '../../xml/render.js';
import type { JamfClient } from '../client.js';
import { connect, type JamfClientOptions } from '../create.js';
import { isId } from '../parsing/coerce.js';
import { profileCalls } from './profiles.js';

/** What redistributing a whole scope needs of Jamf, and nothing else. */
export interface WholeScopeConnection extends Pick<JamfClient, 'readProfile'> {
  /**
   * Sends InstallProfile to **every Mac in the scope** of a profile, once. Jamf forgets the setting at once (it reads `Newly Assigned`),
   * so a call that timed out is never repeated. May throw a `JamfError`; `inDoubt` tells whether it may have been done all the same.
   */
  redeployToWholeScope(profileId: string): Promise<void>;
  /** Ends the connections; for when no call is under way any more. */
  close(): void;
}

/**
 * A client that can do one dangerous thing. It stands apart from all others so that no worker can come by it: the linter lets nobody but
 * the route of the ops API import this file, and a test follows every import.
 * Source: jamf-facts, redeploy_on_update. Only this element is sent, never payloads and never the scope: saving either damages them.
 */
export function createWholeScopeConnection(options: JamfClientOptions): WholeScopeConnection {
  const { api, close } = connect(options);
  return {
    readProfile: profileCalls(api).readProfile,
    redeployToWholeScope: async (profileId) => {
      if (!isId(profileId)) throw new RangeError(`"${profileId}" is not the id of a profile`);
      const path = `/JSSResource/osxconfigurationprofiles/id/${profileId}`;
      const text = renderXml('os_x_configuration_profile', { general: { redeploy_on_update: 'All' } });
      const body = { type: 'application/xml', text };
      await api.send({ call: 'profiles.redeploy', method: 'PUT', path, body, json: false });
    },
    close,
  };
}
