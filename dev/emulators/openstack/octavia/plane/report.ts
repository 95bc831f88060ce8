/** What one frontend or backend has carried since HAProxy's worker began. */
export interface Carried {
  readonly bytes_in: number;
  readonly bytes_out: number;
  readonly active_connections: number;
  readonly total_connections: number;
  readonly request_errors: number;
}

export interface ReportedListener extends Carried {
  /** HAProxy's word: `OPEN`, or `FULL` at its limit of connections. */
  readonly status: string;
}

export interface ReportedPool {
  /** `UP` also without any server, `DOWN` where none works. */
  readonly status: string;
  /** By member: `UP`, `UP 1/3`, `DOWN`, `DRAIN`, `MAINT`, `no check`. */
  readonly members: ReadonlyMap<string, string>;
}

/** By id. */
export interface Report {
  readonly listeners: ReadonlyMap<string, ReportedListener>;
  readonly pools: ReadonlyMap<string, ReportedPool>;
}

/** Of a load balancer that has nothing to report. */
export const NOTHING: Report = { listeners: new Map(), pools: new Map() };

type Row = Readonly<Record<string, string>>;

/**
 * Reads the answer to `show stat`. Backends are named `<pool>:<listener>`; of a pool that several
 * listeners use, the last one counts, as for Octavia. Proxies without a colon or an id are not its.
 */
export function readReport(text: string): Report {
  const listeners = new Map<string, ReportedListener>();
  const pools = new Map<string, { status: string; members: Map<string, string> }>();
  for (const row of rowsOf(text)) {
    const { pxname = "", svname = "", status = "" } = row;
    if (svname === "FRONTEND" && pxname !== "idle") {
      listeners.set(pxname, { status, ...carried(row) });
    }
    const [pool = "", listener] = pxname.split(":");
    if (listener === undefined) continue;
    const entry = pools.get(pool) ?? { status: "", members: new Map<string, string>() };
    pools.set(pool, entry);
    if (svname === "BACKEND") entry.status = status;
    else entry.members.set(svname, memberStatus(row));
  }
  return { listeners, pools };
}

/** The answer is CSV whose first line, after `# `, names the columns. */
function rowsOf(text: string): Row[] {
  const [head = "", ...lines] = text.trim().split("\n");
  const names = head.replace(/^# /, "").split(",");
  return lines
    .filter((line) => line.includes(","))
    .map((line) => {
      const values = line.split(",");
      return Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""]));
    });
}

/** HAProxy calls a server without weight `UP`. */
function memberStatus({ status = "", weight }: Row): string {
  return status === "UP" && weight === "0" ? "DRAIN" : status;
}

function carried({ bin, bout, scur, stot, ereq }: Row): Carried {
  return {
    ...{ bytes_in: Number(bin), bytes_out: Number(bout), active_connections: Number(scur) },
    ...{ total_connections: Number(stot), request_errors: Number(ereq) },
  };
}
