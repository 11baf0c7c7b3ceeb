/** Remembers which program file a start used, to tell later whether another one stands there now. */
export interface BinaryWatch {
  noteStart(): void;
  /** Whether the file differs from the one of the last start; false when it cannot be looked at. */
  changed(): boolean;
}

export function createBinaryWatch(fingerprint: () => string, onProblem: (error: unknown) => void): BinaryWatch {
  let started: string | undefined;
  const look = (): string | undefined => {
    try {
      return fingerprint();
    } catch (error) {
      onProblem(error);
      return undefined;
    }
  };
  return {
    noteStart() {
      started = look();
    },
    changed() {
      const now = look();
      return now !== undefined && now !== started;
    },
  };
}
