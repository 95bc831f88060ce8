import { CloudAccount } from "../../helpers/cloudStack.ts";
import { describeServices } from "../../helpers/describeServices.ts";

describeServices("services on a droplet", {
  open: () => CloudAccount.open(),
  async lose(account, stack) {
    const droplets = await account.droplets(stack);
    await account.deleteDroplet(droplets.find(({ host }) => host === "services")?.id ?? 0);
  },
  bigger: { digitalocean: { region: "fra1", servicesSize: "s-1vcpu-2gb" } },
});
