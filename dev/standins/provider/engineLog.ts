import * as grpc from "@grpc/grpc-js";
import * as service from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import * as proto from "@pulumi/pulumi/proto/engine_pb.js";
import { channelOptions } from "../serve.ts";

/** Lines for the user, shown by the engine. Losing one is never a failure. */
export class EngineLog {
  private readonly client: service.EngineClient | undefined;
  private pending: Promise<void> = Promise.resolve();

  constructor(address: string | undefined) {
    if (!address) return;
    const credentials = grpc.credentials.createInsecure();
    this.client = new service.EngineClient(address, credentials, channelOptions);
  }

  debug(message: string): void {
    this.send(new proto.LogRequest().setSeverity(proto.LogSeverity.DEBUG).setMessage(message));
  }

  /** A line beside the resource while it is being worked on; not part of the final output. */
  status(urn: string, message: string): void {
    const request = new proto.LogRequest().setSeverity(proto.LogSeverity.INFO).setMessage(message);
    this.send(request.setUrn(urn).setEphemeral(true));
  }

  /** A line that stays in the output. */
  warning(urn: string, message: string): void {
    const request = new proto.LogRequest().setSeverity(proto.LogSeverity.WARNING);
    this.send(request.setMessage(message).setUrn(urn));
  }

  /** Resolves when all lines so far have reached the engine (or have failed to). */
  async flushed(): Promise<void> {
    await this.pending;
  }

  private send(request: proto.LogRequest): void {
    const client = this.client;
    if (!client) return;
    // One after the other: the engine shows lines in the order in which calls arrive.
    this.pending = this.pending.then(
      () => new Promise((resolve) => client.log(request, () => resolve())),
    );
  }
}
