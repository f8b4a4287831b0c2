/** Who asks, and what they may do. */
export const roles = [
  "camera",
  "enroller",
  "operator",
  "compliance-officer",
  "inspector",
  "administrator",
] as const;
export type Role = (typeof roles)[number];

export interface Caller {
  readonly name: string;
  readonly role: Role;
  /** The one camera that a caller of role `camera` speaks for; null for the others. */
  readonly cameraId: string | null;
  /** Network address, for the audit and the egress rule. */
  readonly address: string;
}
