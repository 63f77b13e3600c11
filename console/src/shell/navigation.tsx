import { IconExternalLink, IconStack2 } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { Mark } from './mark.js';
import classes from './navigation.module.css';
import { isAt, PLACES } from './places.js';

/** The rail on the left; on a phone a bar at the bottom, where the thumb is. */
export function Navigation() {
  const [location] = useLocation();
  return (
    <nav className={classes.rail} aria-label="Pages">
      <div className={classes.inner}>
        <Link href="/" className={classes.brand} aria-label="Recert, to the overview">
          <Mark size={30} />
          <span className={classes.name}>Recert</span>
        </Link>
        <ul className={classes.places}>
          {PLACES.map((place) => (
            <li key={place.path}>
              <Link
                href={place.path}
                className={classes.place}
                aria-current={isAt(place, location) ? 'page' : undefined}
              >
                <place.icon size={19} stroke={1.6} aria-hidden />
                <span className={classes.label}>{place.label}</span>
              </Link>
            </li>
          ))}
          <li className={classes.queues}>
            {/* Not a page of ours: bull-board, under the same login. */}
            <a href="/queues" className={classes.place}>
              <IconStack2 size={19} stroke={1.6} aria-hidden />
              <span className={classes.label}>Queues</span>
              <IconExternalLink className={classes.away} size={14} stroke={1.6} aria-hidden />
            </a>
          </li>
        </ul>
      </div>
    </nav>
  );
}
