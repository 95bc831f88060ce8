import { itKeepsState } from "../../helpers/stateInBucket.ts";

describe("state in a bucket of Spaces, by the URL of docs/digitalocean.md", () => {
  itKeepsState("digitalocean.md");
});
