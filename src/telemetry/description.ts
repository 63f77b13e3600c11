/** Log levels of winston, least severe first. */
export type Level = 'debug' | 'info' | 'warn' | 'error';

/** Labels of a metric. Values must come from a small, closed set, never from external data such as IDs or names: each value is a new time series. */
export type Labels = Readonly<Record<string, string>>;

/** A Prometheus metric that an event updates. */
export type Metric<E> =
  | { type: 'counter'; name: string; help: string; labels?: (event: E) => Labels; by?: (event: E) => number }
  | { type: 'gauge'; name: string; help: string; labels?: (event: E) => Labels; value: (event: E) => number }
  | {
      type: 'histogram';
      name: string;
      help: string;
      buckets: number[];
      labels?: (event: E) => Labels;
      value: (event: E) => number;
    };

/** The log level, log message and metrics of one kind of operator event. */
export interface Description<E> {
  level: Level;
  /** Returns the log message, one sentence. The fields of the event are logged separately. */
  say: (event: E) => string;
  metrics?: readonly Metric<E>[];
}

/** One description for each event kind of a group. */
export type Descriptions<Events> = { [Kind in keyof Events]: Description<Events[Kind]> };
