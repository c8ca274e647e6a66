// The node as a verification's source. What cannot be had is a refusal: a check without its evidence has failed.
import { Refusal } from "../verify/refusal";
import type { Source } from "../verify/source";
import { getBytes, getJson, getText, Problem, query } from "./client";

function refused(path: string, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof Problem)) return new Refusal("form", { what: path });
  const said = [error.status || "", error.title, error.detail].filter(Boolean).join(", ");
  return new Refusal("unreachable", { what: said ? `${path} (${said})` : path });
}

async function need<T>(path: string, ask: (path: string) => Promise<T>): Promise<T> {
  try {
    return await ask(path);
  } catch (error) {
    throw refused(path, error);
  }
}

async function orNull<T>(path: string, ask: (path: string) => Promise<T>): Promise<T | null> {
  try {
    return await ask(path);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw refused(path, error);
  }
}

const part = encodeURIComponent;

export const nodeSource: Source = {
  node: () => need("/api/v1/node", getJson),
  member: (id) => orNull(`/api/v1/members/${part(id)}`, getJson),
  statement: (id) => need(`/api/v1/statements/${part(id)}`, getJson),
  statements: (parameters) => need(`/api/v1/statements${query(parameters)}`, getJson),
  proof: (id) => need(`/api/v1/statements/${part(id)}/proof`, getText),
  checkpoint: () => need("/log/checkpoint", getText),
  members: (parameters) => need(`/api/v1/members${query(parameters)}`, getJson),
  vote: (id) => need(`/api/v1/votes/${part(id)}`, getJson),
  logs: () => need("/api/v1/logs", getJson),
  checkpoints: (log, after) => need(`/api/v1/logs/${part(log)}/checkpoints${query({ after })}`, getJson),
  tile: (path) => orNull(`/log/${path}`, getBytes),
};
