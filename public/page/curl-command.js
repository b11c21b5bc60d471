/**
 * The command line that sends the same request; safe to paste into a POSIX shell.
 * @param {string} url
 * @param {object} request
 */
export function curlCommand(url, request) {
  return [
    `curl -sS ${quote(url)}`,
    `-H ${quote('Content-Type: application/json')}`,
    `-d ${quote(JSON.stringify(request))}`,
  ].join(' \\\n  ');
}

const quote = (word) => `'${word.replaceAll("'", `'\\''`)}'`;
