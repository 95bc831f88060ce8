import { itKeepsState } from "../../helpers/stateInBucket.ts";

describe("state in an OVH S3 bucket, with the URL from docs/ovh.md", () => {
  itKeepsState("ovh.md");
});
