// Listens and never takes a connection: the kernel answers as many as its queue holds, then none.
import { createServer } from "node:net";
import process from "node:process";

const server = createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  process.send?.(port, () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
    process.exit();
  });
});
