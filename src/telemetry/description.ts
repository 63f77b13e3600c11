/** Log levels of winston, least severe first. */
export type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * Labels of a metric. The values must come from a small, closed set, never from external data such as IDs or
 * names, because each value creates a new time series.
 */
export type Labels = Readonly<Partial<Record<LabelName, string>>>;

/**
 * Every label name that an operator event may use. `server` is the configured name of a Jamf Pro server. It is not
 * called `instance`, because Prometheus uses that label for the scraped process.
 */
export const LABELS = [
  'server',
  'profile',
  'event',
  'outcome',
  'state',
  'reason',
  'call',
  'route',
  'status',
  'queue',
  'type',
  'kind',
  'action',
  'method',
  'limit',
  'role',
  'channel',
  'credit',
] as const;

type LabelName = (typeof LABELS)[number];

/** A Prometheus metric that an operator event updates. */
export type Metric<E> =
  | { type: 'counter'; name: string; help: string; labels?: (event: E) => Labels; by?: (event: E) => number }
  | { type: 'gauge'; name: string; help: string; labels?: (event: E) => Labels; value: (event: E) => number }
  | {
      type: 'histogram';
      name: string;
      help: string;
      buckets: number[];
      labels?: (event: E) => Labels;
      /** `null`: the event has no such value, and the histogram does not change. */
      value: (event: E) => number | null;
    };

/** Log level, log message and metrics of one kind of operator event. */
export interface Description<E> {
  level: Level;
  /** Returns the log message, which is one sentence. The fields of the event are logged separately. */
  say: (event: E) => string;
  metrics?: readonly Metric<E>[];
}

/** One description for each kind of operator event in a group. */
export type Descriptions<Events> = { [Kind in keyof Events]: Description<Events[Kind]> };
