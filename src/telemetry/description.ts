/** Least to most urgent, as winston names them. */
export type Level = 'debug' | 'info' | 'warn' | 'error';

/** Label names and values of a metric. Values must come from a small set: never an id, a name or a text from outside. */
export type Labels = Readonly<Record<string, string>>;

/** A Prometheus metric that an event moves. */
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

/** How one kind of operator event is told: its level, its sentence, the metrics it moves. */
export interface Description<E> {
  level: Level;
  /** One sentence for the log. The fields of the event are logged beside it. */
  say: (event: E) => string;
  metrics?: readonly Metric<E>[];
}

/** The descriptions of a room's events, one for each kind. */
export type Descriptions<Events> = { [Kind in keyof Events]: Description<Events[Kind]> };
