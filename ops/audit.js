// npm run audit: fails when npm knows an advisory about an installed package that docs/security.md does not answer by its id.
// Exit code 1: such a finding; 69: the registry did not say.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const UNAVAILABLE = 69; // sysexits.h EX_UNAVAILABLE

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
const report = parse(stdout);
if (report?.vulnerabilities === undefined) {
  const reason = report?.message ?? 'npm audit said nothing that can be read';
  console.error(
    `not audited: ${reason}. Compare by hand (docs/security.md), or name a registry that answers:`,
  );
  console.error('  npm_config_registry=URL npm run audit');
  process.exit(UNAVAILABLE);
}

const answers = readFileSync(new URL('../docs/security.md', import.meta.url), 'utf8');
/** What is said of a package itself; a string in its place names the dependency that it has the finding from. */
const advisories = Object.values(report.vulnerabilities).flatMap(({ via }) =>
  via.filter((finding) => typeof finding === 'object'),
);
const open = advisories.filter(({ url }) => !answers.includes(idOf(url)));
for (const { name, severity, title, url } of open) console.error(`${name} (${severity}): ${title} ${url}`);
if (open.length > 0) console.error(`${open.length} of ${advisories.length} not answered in docs/security.md`);
else console.log(`findings: ${advisories.length}, each answered in docs/security.md`);
process.exitCode = open.length > 0 ? 1 : 0;

/** https://github.com/advisories/GHSA-… → GHSA-… */
function idOf(url) {
  return url.slice(url.lastIndexOf('/') + 1);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
