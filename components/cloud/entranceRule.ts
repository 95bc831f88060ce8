import * as pulumi from "@pulumi/pulumi";

/**
 * Hooks for what users come in by and what is there already: a new one would have another address, and
 * no route. Refused in a preview too. Hooks need a real engine: under mocks leave them out.
 *
 * @param what For the message: `the load balancer blue-green-prod`.
 * @param remedy What to do where the engine does not know of it.
 */
export function entranceRule(what: string, remedy: string): pulumi.ResourceHookBinding {
  const refuse = new pulumi.ResourceHook(
    "entrance-stays",
    () => {
      throw new Error(
        `${what} is there, and this pulumi up would make a new one, with another address and no ` +
          `route. Take back the change of the setting that asks for it (the preview's diff names ` +
          `it), or make a second stack. If the stack's state has lost it: ${remedy}`,
      );
    },
    { onDryRun: true },
  );
  return { beforeCreate: [refuse] };
}
