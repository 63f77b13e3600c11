import source from './mark.svg';

/** The Recert logo. `size` is in pixels. */
export function Mark({ size = 32 }: { size?: number }) {
  return <img src={source} width={size} height={size} alt="" />;
}
