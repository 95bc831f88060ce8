import { UserError } from "../../lib/userError.ts";

/** Nothing was begun, and nothing has changed. */
export class Refused extends UserError {}
