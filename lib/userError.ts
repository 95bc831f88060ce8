/** A mistake or a state that the user has to deal with: printed as it stands, without a trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}
