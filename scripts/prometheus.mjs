import { findOrInstall } from './install.mjs';

const PACKAGES = {
  'apt-get': 'prometheus',
  dnf: 'golang-github-prometheus',
  apk: 'prometheus',
  brew: 'prometheus',
};

/**
 * Returns the paths of Prometheus and of promtool, which checks rules and queries; installs both if necessary. The
 * packages contain both programs.
 * @throws Error with instructions if the installation is not possible
 * @returns {{ prometheus: string, promtool: string }}
 */
export function findPrometheus() {
  const advice =
    'Install the package prometheus, which contains prometheus and promtool, so that both are on PATH.';
  const find = (/** @type {string} */ name) =>
    findOrInstall({ name, programs: [name], packages: PACKAGES, advice });
  return { promtool: find('promtool'), prometheus: find('prometheus') };
}
