import { CloudProject } from "../../helpers/cloudProject.ts";
import { describeServices } from "../../helpers/describeServices.ts";
import { OpenStackClient } from "../../helpers/openstackClient.ts";

describeServices("services on an instance", {
  open: () => CloudProject.open(),
  async lose({ cloud }) {
    const client = await OpenStackClient.at(cloud);
    await client.deleteServer("services");
  },
  bigger: { ovh: { region: "GRA11", servicesFlavor: "b3-16" } },
});
