import type { Descriptions } from '../description.js';

/** What happens in this room, told to operators. */
export interface ApiEvents {
  'api.refused': { route: string; status: number; who: string; why: string };
}

export const apiEvents: Descriptions<ApiEvents> = {
  'api.refused': {
    level: 'warn',
    say: ({ route, status, who, why }) => `${route} refused to ${who} with ${status}: ${why}`,
  },
};
