import { en } from './en.js';
import { zh } from './zh.js';

const STORAGE_KEY = 'gte-serve.language';
const LANGUAGES = { zh, en };

let language = remembered();

/** The board's texts in the current language. */
export const texts = () => LANGUAGES[language];

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // Storage may be blocked; the choice then lasts as long as the page.
  }
}

/** Fills in the texts of index.html. */
export function translateDocument() {
  const known = texts();
  document.documentElement.lang = known.htmlLang;
  document.title = known.title;
  for (const element of document.querySelectorAll('[data-text]')) {
    element.textContent = element.dataset.text.split('.').reduce((at, key) => at[key], known);
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', known[element.dataset.label]);
  }
}

function remembered() {
  try {
    return localStorage.getItem(STORAGE_KEY) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}
