import { createContext, use } from 'react';

/** The Jamf Pro server that the pages show, and how to show another one. */
export interface ShownInstance {
  name: string;
  names: readonly string[];
  show: (name: string) => void;
}

export const InstanceContext = createContext<ShownInstance | null>(null);

/** The Jamf Pro server that the pages show. Below the shell only. */
export function useInstance(): ShownInstance {
  const shown = use(InstanceContext);
  if (!shown) throw new Error('There is no instance outside the shell.');
  return shown;
}
