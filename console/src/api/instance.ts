import { createContext, use } from 'react';

/** The Jamf Pro server that the console shows, the names of all servers, and a function that selects another server. */
export interface ShownInstance {
  name: string;
  names: readonly string[];
  show: (name: string) => void;
}

export const InstanceContext = createContext<ShownInstance | null>(null);

/** Returns the Jamf Pro server that the console shows. Can be used only inside the component `Shell`. */
export function useInstance(): ShownInstance {
  const shown = use(InstanceContext);
  if (!shown) throw new Error('The hook useInstance is used outside of the component Shell.');
  return shown;
}
