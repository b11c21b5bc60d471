/** A model can't be fetched, read or converted; the message is one sentence for the person at the terminal. */
export class ModelError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = new.target.name;
  }
}
