import type { Answer } from "../http/service.ts";

const WORDS = {
  400: ["Bad Request", "The server could not comply with the request."],
  403: ["Forbidden", "Access was denied to this resource."],
  404: ["Not Found", "The resource could not be found."],
  405: ["Method Not Allowed", "The method is not allowed for this resource."],
  409: ["Conflict", "There was a conflict when trying to complete your request."],
  412: ["Precondition Failed", "A precondition for this request was not met."],
  422: ["Unprocessable Entity", "Unable to process the contained instructions"],
} as const;

/** A request that Swift refuses; it answers with a page of HTML. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: keyof typeof WORDS) {
    const [title, words] = WORDS[status];
    super(words);
    const body = Buffer.from(`<html><h1>${title}</h1><p>${words}</p></html>`);
    this.answer = { status, headers: { "content-type": "text/html; charset=UTF-8" }, body };
  }
}
