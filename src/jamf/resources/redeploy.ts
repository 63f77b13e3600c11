import { renderXml } from '../../xml/render.js';
import type { JamfClient } from '../client.js';
import { connect, type JamfClientOptions } from '../create.js';
import { isId } from '../parsing/coerce.js';
import { profileCalls } from './profiles.js';

/** The calls that redistribution to a whole scope needs, and no others. */
export interface WholeScopeConnection extends Pick<JamfClient, 'readProfile'> {
  /**
   * Sends InstallProfile to **every Mac in the scope** of a profile, once. A call that timed out is never retried,
   * because its effect cannot be verified: Jamf Pro immediately resets the setting to `Newly Assigned`. Throws
   * `JamfError`; if `inDoubt` is set, the call may have taken effect.
   */
  redeployToWholeScope(profileId: string): Promise<void>;
  /** Closes the connections. Must be called only when no call is in progress. */
  close(): void;
}

/**
 * Creates a client for redistribution to a whole scope. It is separate from the other clients, so no worker can
 * use it: ESLint allows only the route of the ops API to import this file, and a test checks all imports. The
 * request contains only `redeploy_on_update`, because saving `payloads` removes one level of XML escaping (Jamf
 * product issue PI-827), and saving `scope` replaces all targets.
 */
export function createWholeScopeConnection(options: JamfClientOptions): WholeScopeConnection {
  const { api, close } = connect(options);
  return {
    readProfile: profileCalls(api).readProfile,
    redeployToWholeScope: async (profileId) => {
      if (!isId(profileId)) throw new RangeError(`"${profileId}" is not a profile ID`);
      const path = `/JSSResource/osxconfigurationprofiles/id/${profileId}`;
      const text = renderXml('os_x_configuration_profile', { general: { redeploy_on_update: 'All' } });
      const body = { type: 'application/xml', text };
      await api.send({ call: 'profiles.redeploy', method: 'PUT', path, body, json: false });
    },
    close,
  };
}
