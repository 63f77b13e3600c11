import { createTheme, type CSSVariablesResolver, type MantineColorsTuple, Modal } from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#e6f4f8',
  '#cfe6ee',
  '#a2ccdb',
  '#72b1c8',
  '#4c9ab7',
  '#358cae',
  '#267fa2',
  '#136c8c',
  '#0b5f7c',
  '#004c66',
];

/** Grays of the dark theme with the hue of the console. The default grays of Mantine are warmer. */
const dark: MantineColorsTuple = [
  '#e4edf0',
  '#b9cad1',
  '#9bb0b8',
  '#667a83',
  '#3a4e57',
  '#2b3c44',
  '#1b2a30',
  '#142025',
  '#0f1a1e',
  '#0b1417',
];

/** Theme of the Mantine components. The colors of the console are in tokens.css, for both the light and the dark theme. */
export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 7 },
  colors: { petrol, dark },
  // Only system fonts are used, because text must be visible immediately, also on a slow network.
  fontFamily: 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '22px', lineHeight: '1.25' },
      h2: { fontSize: '15px', lineHeight: '1.35' },
      h3: { fontSize: '13px', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'sm',
  radius: { sm: '6px', md: '8px', lg: '12px' },
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({
      defaultProps: { overlayProps: { color: '#0b2a35', backgroundOpacity: 0.5 }, radius: 'lg' },
      styles: {
        content: { background: 'var(--surface)' },
        header: { background: 'var(--surface)' },
        title: { fontSize: '15px', fontWeight: 650 },
      },
    }),
  },
});

/** Sets the CSS variables of Mantine to the colors in tokens.css. */
export const cssVariables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--ground)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-soft)',
    '--mantine-color-anchor': 'var(--link)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunken)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-placeholder': 'var(--ink-soft)',
    '--mantine-color-disabled': 'var(--sunken)',
    '--mantine-color-disabled-color': 'var(--ink-soft)',
    '--mantine-color-disabled-border': 'var(--line)',
    '--mantine-color-error': 'var(--bad-ink)',
  };
  return { variables: {}, light: both, dark: both };
};
