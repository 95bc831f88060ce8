import {
  type OpenStack,
  type OpenStackOptions,
  startOpenStack,
} from "../../../../dev/emulators/openstack/index.ts";
import { OpenStackClient } from "../../../helpers/openstackClient.ts";
import { OpenStackPlane } from "./openstackPlane.ts";

/** No delays, so that a test waits only for its subject. */
const AT_ONCE = {
  ...{ serverActive: 0, serverAction: 0, serverDeleted: 0, firewallEffect: 0, floatingEffect: 0 },
};

/** An emulated project on simple fakes of machines and networks. */
export class Project extends OpenStackClient {
  readonly plane: OpenStackPlane;

  private constructor(cloud: OpenStack, plane: OpenStackPlane) {
    super(cloud);
    this.plane = plane;
  }

  static async open(options: Partial<OpenStackOptions> = {}): Promise<Project> {
    const plane = new OpenStackPlane();
    const { delays, ...more } = options;
    const cloud = await startOpenStack({ plane, delays: { ...AT_ONCE, ...delays }, ...more });
    const project = new Project(cloud, plane);
    await project.signIn();
    return project;
  }
}
