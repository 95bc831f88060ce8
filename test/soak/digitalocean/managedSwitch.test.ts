import { describeSwitch } from "../../helpers/describeSwitch.ts";
import { SmallFleet } from "../../helpers/smallFleet.ts";

describeSwitch("a managed switch", () => SmallFleet.open());
