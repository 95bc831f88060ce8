import * as grpc from "@grpc/grpc-js";
import * as anyProto from "google-protobuf/google/protobuf/any_pb.js";
import * as structProto from "google-protobuf/google/protobuf/struct_pb.js";
import * as proto from "@pulumi/pulumi/proto/provider_pb.js";
import * as statusProto from "@pulumi/pulumi/proto/status_pb.js";
import type { ChangeKind } from "./diff.ts";
import { PartlyDone, type Difference } from "./resource.ts";
import type { Values } from "./values.ts";

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;

export function values(from: structProto.Struct | undefined): Values {
  return from?.toJavaScript() ?? {};
}

export function struct(from: Values): structProto.Struct {
  return structProto.Struct.fromJavaScript(from);
}

/** A handler that answers with what the function gives, or fails with what it throws. */
export function reply<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
) {
  return (call: Call<Request>, done: grpc.sendUnaryData<Response>) => {
    Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => done(null, response),
        (error: Error) => done(failure(error)),
      );
  };
}

function failure(error: Error): Partial<grpc.StatusObject> {
  const status = { code: grpc.status.UNKNOWN, details: error.message };
  return error instanceof PartlyDone ? { ...status, metadata: partlyDone(error) } : status;
}

/** gRPC's way to send a message with an error: a status as a binary trailer. */
function partlyDone({ id, state, message }: PartlyDone): grpc.Metadata {
  const detail = new proto.ErrorResourceInitFailed().setId(id).setProperties(struct(state));
  detail.setReasonsList([message]);
  const packed = new anyProto.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusProto.Status().setCode(grpc.status.UNKNOWN).setMessage(message);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}

export function diffResponse({ changes, replaces, deleteBeforeReplace }: Difference) {
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse().setHasdetaileddiff(true);
  for (const [path, kind] of changes) {
    const property = firstName(path);
    const replacing = replaces.has(property);
    const detail = new proto.PropertyDiff().setKind(kindOf(kind, replacing));
    response.getDetaileddiffMap().set(path, detail);
    response.addDiffs(property);
    if (replacing) response.addReplaces(property);
  }
  response.setDeletebeforereplace(deleteBeforeReplace);
  return response.setChanges(changes.size > 0 ? DIFF_SOME : DIFF_NONE);
}

/** `environment` of `environment.PORT`, `triggers` of `triggers[1]`. */
export function firstName(path: string): string {
  return /^[\w-]+/.exec(path)?.[0] ?? path;
}

function kindOf(change: ChangeKind, replaces: boolean) {
  const { Kind } = proto.PropertyDiff;
  if (change === "add") return replaces ? Kind.ADD_REPLACE : Kind.ADD;
  if (change === "delete") return replaces ? Kind.DELETE_REPLACE : Kind.DELETE;
  return replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE;
}
