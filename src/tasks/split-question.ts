/**
 * "context|question" → its parts, cut at the last | or ｜ whose right side is not blank (a context may hold | too).
 * The context begins where the input does, so offsets in it are offsets in the input.
 */
export function splitQuestion(input: string): { context: string; question: string } | undefined {
  for (let i = input.length - 1; i >= 0; i -= 1) {
    if (input[i] !== '|' && input[i] !== '｜') continue;
    const question = input.slice(i + 1);
    if (question.trim() !== '') return { context: input.slice(0, i), question };
  }
  return undefined;
}
