/** What the engine made of one image of a list. */
export interface AcquiredImage {
  /** Unit vector of the face taken; null is a failure to acquire. */
  readonly embedding: Float32Array | null;
  /** Faces found in the image. */
  readonly faces: number;
  /** The engine's quality verdict on the face taken; true without one. */
  readonly acceptable: boolean;
  /** Reason code when the image could not be used at all, for example IMAGE_UNREADABLE. */
  readonly failure: string | null;
}

/** What ran: which embeddings may be compared and kept together. */
export interface EngineIdentity {
  readonly modelPack: string;
  readonly dimension: number;
  /** Everything that changes an embedding: weights, options, code, runtime. */
  readonly fingerprint: string;
}

/** Image bytes to its central face, somewhere off this thread. */
export interface Acquirer {
  readonly identity: EngineIdentity;
  /** How many images it works on at once; more wait. */
  readonly parallel: number;
  /** @param bytes the encoded image; they may be taken over, and are not to be used again */
  acquire(bytes: Uint8Array<ArrayBuffer>): Promise<AcquiredImage>;
  close(): Promise<void>;
}
