import { createContext, use } from 'react';

/** The selected Jamf Pro server, all servers, and a function to select another server. */
export interface ShownInstance {
  name: string;
  names: readonly string[];
  show: (name: string) => void;
}

export const InstanceContext = createContext<ShownInstance | null>(null);

/** The selected Jamf Pro server. Available only below `Shell`. */
export function useInstance(): ShownInstance {
  const shown = use(InstanceContext);
  if (!shown) throw new Error('useInstance is used outside of Shell.');
  return shown;
}
