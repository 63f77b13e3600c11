import source from './mark.svg';

/** The sign of the house: round once more, and proven. */
export function Mark({ size = 32 }: { size?: number }) {
  return <img src={source} width={size} height={size} alt="" />;
}
