import { IconApi, IconDots, IconExternalLink, IconStack2 } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Overview } from '../api/answers.js';
import { useWho } from '../api/session.js';
import { Mark } from './mark.js';
import classes from './navigation.module.css';
import { FIRST, isAt, MORE, type Place } from './places.js';

/**
 * Main navigation: a column on the left, or on a phone a bar at the bottom. On a phone, the button *More* shows the
 * links to the pages that are needed less often.
 */
export function Navigation({ overview, instance }: { overview: Overview | undefined; instance: string }) {
  const [location] = useLocation();
  const [open, setOpen] = useState(false);
  const admin = useWho().data?.role === 'admin';
  const shown = overview?.instances.find(({ name }) => name === instance);
  const failed = shown?.redistributions.needAttention ?? 0;
  const audit = shown?.profiles.reduce((sum, profile) => sum + (profile.audit?.errors ?? 0), 0) ?? 0;
  const counts: Readonly<Record<string, number>> = { '/failures': failed, '/profiles': audit };
  const more = MORE.filter(({ role }) => role === undefined || admin);
  useEffect(() => setOpen(false), [location]);
  return (
    <nav
      className={classes.rail}
      aria-label="Pages"
      onKeyDown={({ key }) => {
        if (key === 'Escape') setOpen(false);
      }}
    >
      <div className={classes.inner}>
        <Link href="/" className={classes.brand} aria-label="Recert home (overview)">
          <Mark size={30} />
          <span className={classes.name}>Recert</span>
        </Link>
        <ul className={classes.places}>
          {FIRST.map((place) => (
            <PlaceLink key={place.path} place={place} location={location} count={counts[place.path]} />
          ))}
          <li className={classes.toggle}>
            <button
              type="button"
              className={classes.place}
              aria-expanded={open}
              aria-controls="more-pages"
              onClick={() => setOpen(!open)}
              data-current={more.some((place) => isAt(place, location))}
            >
              <IconDots size={19} stroke={1.6} aria-hidden />
              <span className={classes.label}>More</span>
            </button>
          </li>
        </ul>
        <ul className={classes.more} id="more-pages" data-open={open}>
          {more.map((place) => (
            <PlaceLink key={place.path} place={place} location={location} count={counts[place.path]} />
          ))}
          <li className={classes.queues}>
            {/* Not a `Link`, because bull-board is a separate page of the receiver. It uses the session of the console. */}
            <a href="/queues" className={classes.place}>
              <IconStack2 size={19} stroke={1.6} aria-hidden />
              <span className={classes.label}>Queues</span>
              <IconExternalLink className={classes.away} size={14} stroke={1.6} aria-hidden />
            </a>
          </li>
          <li>
            {/* Not a `Link`, because Swagger UI is a separate page of the receiver. Its requests use the session of the console. */}
            <a href="/api/docs" className={classes.place}>
              <IconApi size={19} stroke={1.6} aria-hidden />
              <span className={classes.label}>API</span>
              <IconExternalLink className={classes.away} size={14} stroke={1.6} aria-hidden />
            </a>
          </li>
        </ul>
      </div>
    </nav>
  );
}

function PlaceLink({
  place,
  location,
  count = 0,
}: {
  place: Place;
  location: string;
  count: number | undefined;
}): ReactNode {
  return (
    <li>
      <Link
        href={place.path}
        className={classes.place}
        aria-current={isAt(place, location) ? 'page' : undefined}
      >
        <place.icon size={19} stroke={1.6} aria-hidden />
        <span className={classes.label}>{place.label}</span>
        {count > 0 && (
          // Hidden from screen readers, which would read a number without a unit. The overview has the numbers with their meaning.
          <span className={classes.count} aria-hidden>
            {count.toLocaleString()}
          </span>
        )}
      </Link>
    </li>
  );
}
