import { en } from './strings-en.js';
import { zh } from './strings-zh.js';

const STORAGE_KEY = 'gte-serve.language';
const LANGUAGES = { zh, en };

let language = remembered();

/** The page's texts in the current language. */
export const strings = () => LANGUAGES[language];

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // Storage may be blocked; the choice then lasts as long as the page.
  }
}

/** Chinese readers get the name the service gives; others the label itself. */
export function labelName(label, name) {
  const known = strings().labels[label];
  if (known) return known;
  return language === 'zh' && name ? name : label;
}

/** Fills in the texts of index.html. */
export function translateDocument() {
  const texts = strings();
  document.documentElement.lang = texts.htmlLang;
  document.title = texts.title;
  for (const element of document.querySelectorAll('[data-text]')) {
    element.textContent = texts[element.dataset.text];
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', texts[element.dataset.label]);
  }
}

function remembered() {
  try {
    return localStorage.getItem(STORAGE_KEY) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}
