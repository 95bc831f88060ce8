import { itKeepsState } from "../../helpers/stateInBucket.ts";

describe("state in a Spaces bucket, with the URL from docs/digitalocean.md", () => {
  itKeepsState("digitalocean.md");
});
