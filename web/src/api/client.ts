// Requests to the node. An answer that is not a success is thrown as a Problem, in the node's own words (RFC 9457).
import type { Bytes } from "../verify/bytes";
import { fromUtf8 } from "../verify/bytes";

export class Problem extends Error {
  constructor(
    readonly status: number, // 0: no answer came
    readonly title: string,
    readonly detail: string,
    readonly instance: string,
  ) {
    super(title);
  }
}

// What the node asks of writing requests of a cookie session; kept in memory alone.
let csrf = "";
export function setCsrf(token: string | undefined): void {
  csrf = token ?? "";
}

async function problemOf(response: Response): Promise<Problem> {
  let fields: Record<string, unknown> = {};
  try {
    const body: unknown = await response.json();
    if (typeof body === "object" && body !== null) fields = body as Record<string, unknown>;
  } catch {
    // not a problem document: the status speaks for itself
  }
  const text = (name: string) => (typeof fields[name] === "string" ? (fields[name] as string) : "");
  return new Problem(response.status, text("title") || response.statusText, text("detail"), text("instance"));
}

async function send(method: string, path: string, body?: unknown, options: RequestInit = {}): Promise<Response> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...options,
    });
  } catch {
    throw new Problem(0, "", "", "");
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function getJson<T>(path: string): Promise<T> {
  return (await send("GET", path)).json() as Promise<T>;
}

export async function getBytes(path: string): Promise<Bytes> {
  return new Uint8Array(await (await send("GET", path)).arrayBuffer());
}

// Strictly UTF-8, and never out of a cache: what is verified is what the node says now.
export async function getText(path: string): Promise<string> {
  const response = await send("GET", path, undefined, { cache: "no-store" });
  return fromUtf8(new Uint8Array(await response.arrayBuffer()), path);
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  return (await send("POST", path, body)).json() as Promise<T>;
}

// What is sent as it stands: a document, or JSON whose bytes matter. The answer as text, for those whose bytes matter too.
export async function postText(path: string, body: Blob | string, type = "application/octet-stream"): Promise<string> {
  const answer = await send("POST", path, undefined, { body, headers: { "Content-Type": type, ...(csrf ? { "X-CSRF-Token": csrf } : {}) } });
  return answer.text();
}

export async function remove(path: string): Promise<void> {
  await send("DELETE", path);
}

export function query(parameters: Record<string, string | number | undefined>): string {
  const set = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "");
  return set.length ? "?" + new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString() : "";
}
