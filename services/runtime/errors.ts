/** Trouble outside of us that may pass: try again, not before `retryAfterMs` when given. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly retryAfterMs?: number }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** Trouble outside of us that no retry mends; the message says what to do. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/** A mistake in how Candor was started; printed as one line, without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
