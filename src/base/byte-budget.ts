/**
 * Memory that many share. The second half is for those that hold nothing yet, so that a few who
 * hold much leave room for the others.
 */
export interface ByteBudget {
  /**
   * Takes bytes unless they do not fit.
   * @param heldBytes what the same holder holds already
   */
  take(bytes: number, heldBytes: number): boolean;
  /** Gives back what was taken. */
  release(bytes: number): void;
  /** Taken now, by all together. */
  readonly takenBytes: number;
}

/**
 * @param bytesMax all together, at least 0; something larger than it never fits
 * @param onChange told how much is taken, whenever that changes
 */
export function createByteBudget(
  bytesMax: number,
  onChange: (takenBytes: number) => void = () => undefined,
): ByteBudget {
  let taken = 0;
  return {
    take(bytes, heldBytes) {
      const roomMax = heldBytes === 0 ? bytesMax : bytesMax / 2;
      if (taken + bytes > roomMax) return false;
      taken += bytes;
      onChange(taken);
      return true;
    },
    release(bytes) {
      taken -= bytes;
      if (taken < 0) throw new Error("more bytes were given back than taken");
      onChange(taken);
    },
    get takenBytes() {
      return taken;
    },
  };
}
