import { describeCampaign } from "../../faults/describeCampaign.ts";
import {
  openDigitalOceanEdge,
  openDigitalOceanManaged,
  openOctavia,
  openOvhEdge,
} from "../../faults/targets/clouds.ts";

describeCampaign("digitalocean-edge", "on droplets behind two edges", openDigitalOceanEdge);
describeCampaign("digitalocean-managed", "behind DigitalOcean's balancer", openDigitalOceanManaged);
describeCampaign("ovh-edge", "on instances behind an edge", openOvhEdge);
describeCampaign("ovh-octavia", "behind Octavia", openOctavia);
