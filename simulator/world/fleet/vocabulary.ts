/** Names and models for the simulated fleet. */

export const FIRST_NAMES = [
  'Ada',
  'Amélie',
  'Björn',
  'Chidi',
  'Dolores',
  'Emre',
  'Fatima',
  'Grace',
  'Hiroshi',
  'Inês',
  'Jamal',
  'Katarzyna',
  'Lars',
  'Mei',
  'Nadia',
  'Oluwaseun',
  'Priya',
  'Quentin',
  'Rosa',
  'Søren',
  'Tomás',
  'Uma',
  'Viktor',
  'Wanda',
  'Ximena',
  'Yusuf',
  'Zoë',
  'Łukasz',
  'Siobhán',
  'José',
] as const;

export const LAST_NAMES = [
  'Abara',
  'Bakker',
  'Çelik',
  'Dubois',
  "D'Angelo",
  'Eriksson',
  'Fernández',
  'Goldberg',
  'Hopper',
  'Ito',
  'Jensen',
  'Kowalski',
  'Lindqvist',
  'Müller',
  'Nakamura',
  "O'Brien",
  'Papadopoulos',
  'Quist',
  'Rossi',
  'Smith-Jones',
  'Tanaka',
  'Ueda',
  'van der Berg',
  'Wójcik',
  'Xu',
  'Yılmaz',
  'Zhang',
  'Okafor',
] as const;

export const POSITIONS = [
  'Engineer',
  'Senior Engineer',
  'Designer',
  'Account Manager',
  'Analyst',
  'Researcher',
  'Director',
  'Office Manager',
  'Lawyer',
  'Recruiter',
] as const;

/** Macs of this department are outside the scope of the Okta profiles. */
export const KIOSK_DEPARTMENT = 'Lab & Kiosk';

export const DEPARTMENTS = [
  'Engineering',
  'Design',
  'Sales',
  'Finance',
  'People',
  'Legal',
  'Research & Development',
  'Customer Success',
  KIOSK_DEPARTMENT,
] as const;

export const BUILDINGS = ['Headquarters', 'North Wing', 'Łódź', 'São Paulo', 'Remote'] as const;

export const MODELS = [
  { model: 'MacBook Pro (14-inch, M4, 2024)', identifier: 'Mac16,1', short: 'MBP' },
  { model: 'MacBook Pro (16-inch, Nov 2023)', identifier: 'Mac15,7', short: 'MBP' },
  { model: 'MacBook Air (13-inch, M3, 2024)', identifier: 'Mac15,12', short: 'MBA' },
  { model: 'MacBook Air (15-inch, M4, 2025)', identifier: 'Mac16,13', short: 'MBA' },
  { model: 'Mac mini (2024)', identifier: 'Mac16,10', short: 'MINI' },
  { model: 'iMac (24-inch, 2024, Four ports)', identifier: 'Mac16,3', short: 'IMAC' },
] as const;

export const SYSTEMS = [
  { version: '15.6.1', build: '24G90' },
  { version: '15.7.2', build: '24G325' },
  { version: '26.0.1', build: '25A362' },
  { version: '26.1', build: '25B78' },
] as const;

/** Realistic computer names with characters that clients may handle incorrectly. */
export const ODD_NAMES = [
  (owner: string) => `${owner}’s MacBook Pro (the one with the broken key & a sticker on it) №2`,
  (owner: string) => `🦄 ${owner} 💻`,
  (owner: string) => `R&D <${owner}> "lab"`,
  () => '  leading and trailing blanks  ',
  (owner: string) => `${owner} — ${'very '.repeat(12)}long name`,
  () => 'MacBook\u00a0Pro',
  (owner: string) => `${owner}'s Mac,with;commas=and "quotes"`,
  () => 'localhost',
] as const;
