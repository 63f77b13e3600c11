import './theme/mantine.js';
import './theme/tokens.css';
import './theme/tones.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/client/query-client.js';
import { App } from './app.js';
import { cssVariables, theme } from './theme/theme.js';

/** The content security policy allows only styles that have the nonce of this response. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
// The library that locks scrolling while a dialog is open (react-remove-scroll) reads the nonce from this global
// variable, a convention of webpack.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <App />
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
