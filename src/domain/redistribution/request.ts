import type { Assessment } from '../assessment.js';
import type { KnownComputer } from '../known.js';
import type { WatchedProfile } from '../watched.js';
import type { Redistribution } from './record.js';

/** What is known when a person asks for a redistribution. */
export interface RequestFacts {
  /** `null` when no such Mac was ever heard of. */
  computer: KnownComputer | null;
  /** As of now; `null` when the Mac is unknown. */
  assessment: Assessment | null;
  watched: WatchedProfile;
  /** The open redistribution of this Mac and profile. */
  open: Redistribution | null;
  paused: { by: string; reason: string } | null;
  now: number;
}

/** May this Mac be redistributed now, because a person asks? Either way with a sentence for them. */
export type Verdict =
  /** `planOnly`: mode is observe, so that it is opened, shown and never written. */
  | { allowed: true; planOnly: boolean; sentence: string }
  | {
      allowed: false;
      reason:
        | 'unknown-computer'
        | 'retired'
        | 'out-of-scope'
        | 'unmanaged'
        | 'open'
        | 'pending-command'
        | 'settling';
      sentence: string;
    };
