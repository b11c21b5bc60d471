/**
 * The command line that sends the same request; safe to paste into a POSIX shell.
 * @param {string} url
 * @param {object} request
 * @param {boolean} keyed name the place of an API key; the key itself is not shown
 */
export function curlCommand(url, request, keyed = false) {
  return [
    `curl -sS ${quote(url)}`,
    `-H ${quote('Content-Type: application/json')}`,
    ...(keyed ? [`-H ${quote('Authorization: Bearer YOUR_KEY')}`] : []),
    `-d ${quote(JSON.stringify(request))}`,
  ].join(' \\\n  ');
}

const quote = (word) => `'${word.replaceAll("'", `'\\''`)}'`;
