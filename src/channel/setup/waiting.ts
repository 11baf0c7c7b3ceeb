import type { Asking } from "./configure.js";

/** Shows that zca is at work; its calls take seconds. */
export async function waiting<T>(prompter: Asking["prompter"], label: string, work: () => Promise<T>): Promise<T> {
  const progress = prompter.progress(label);
  try {
    return await work();
  } finally {
    progress.stop();
  }
}
