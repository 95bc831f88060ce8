import type { Cloud } from "../cloud/cloud.ts";
import { refuseOverQuota } from "../cloud/ports.ts";
import type { SecurityGroup } from "../cloud/records.ts";
import { addGroup } from "../cloud/securityGroups.ts";
import { bodyOf, exactly, given } from "../http/body.ts";
import { conflict } from "../http/refusal.ts";
import { type Collection, common, named } from "./collection.ts";
import { ruleView } from "./securityRules.ts";

const creation = exactly(common);
const update = exactly(named);

export function securityGroups(cloud: Cloud): Collection<SecurityGroup> {
  const all = cloud.groups;
  return {
    ...{ one: "security_group", many: "security_groups", path: "security-groups" },
    ...{ type: "SecurityGroup", all },
    view: (group) => ({
      ...{ stateful: true, shared: false },
      security_group_rules: [...group.rules.values()].map((rule) => ruleView(group, rule)),
    }),
    create: (body) => {
      const { name = "", description = "" } = bodyOf(body, creation);
      if (name === "default") {
        throw conflict(
          "Default security group already exists.",
          "SecurityGroupDefaultAlreadyExists",
        );
      }
      refuseOverQuota(cloud, "securityGroup", all.size, "security_group");
      return addGroup(cloud, name, description);
    },
    update: (group, body) => void Object.assign(group, given(bodyOf(body, update))),
    remove: (group) => {
      if (group === cloud.defaultGroup) {
        const message = "Insufficient rights for removing default security group.";
        throw conflict(message, "SecurityGroupCannotRemoveDefault");
      }
      if ([...cloud.ports.values()].some(({ groups }) => groups.has(group))) {
        throw conflict(`Security Group ${group.id} in use.`, "SecurityGroupInUse");
      }
      all.delete(group.id);
    },
  };
}
