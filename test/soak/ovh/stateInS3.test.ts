import { itKeepsState } from "../../helpers/stateInBucket.ts";

describe("state in a bucket of OVH's S3, by the URL of docs/ovh.md", () => {
  itKeepsState("ovh.md");
});
