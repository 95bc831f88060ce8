/** An error that the user must fix: printed without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** A mistake in the words of a command line. */
export class UsageError extends UserError {}
