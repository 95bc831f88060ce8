import { describeCampaign } from "../../faults/describeCampaign.ts";
import { openLocal } from "../../faults/targets/local.ts";

describeCampaign("local", "on this machine", openLocal);
