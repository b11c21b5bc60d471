const STORAGE_KEY = 'gte-serve.key';

let key = remembered();

/** The API key the visitor gave, or null. */
export const apiKey = () => key;

/** Kept for this tab only, and sent to this service only. */
export function setApiKey(text) {
  key = text === '' ? null : text;
  try {
    sessionStorage.setItem(STORAGE_KEY, text);
  } catch {
    // Storage may be blocked; the key then lasts as long as the page.
  }
}

/** Headers that present the key. */
export const keyHeaders = () => (key === null ? {} : { Authorization: `Bearer ${key}` });

function remembered() {
  try {
    return sessionStorage.getItem(STORAGE_KEY) || null;
  } catch {
    return null;
  }
}
