/** What a fetch found of a provider's resources. */
export interface Fetched {
  readonly resources: number;
  readonly warnings: number;
  readonly errors: number;
}

/** A run of the binary, in no form of the wire. */
export interface Operation {
  readonly cookie: string;
  /** 32 hexadecimal digits. */
  readonly runId: string;
  /** Such as `policy run`. */
  readonly command: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** Undefined when it succeeded. */
  readonly errorClass: string | undefined;
  readonly version: string;
  readonly ci: boolean;
  readonly osType: string;
  readonly osDescription: string;
  readonly platform: string;
  readonly providers: readonly { readonly name: string; readonly version: string; readonly fetched?: Fetched }[];
}
