/** Present value of a colour of the design, as #rrggbb. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The same colour for a task in every panel. */
export const taskHue = (index) => `task-${index}`;

export const onThemeChange = (listener) =>
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', listener);
