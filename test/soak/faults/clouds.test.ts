import { describeCampaign } from "../../faults/describeCampaign.ts";
import { openDigitalOceanEdge } from "../../faults/targets/clouds.ts";

describeCampaign("digitalocean-edge", "on droplets behind two edges", openDigitalOceanEdge);
