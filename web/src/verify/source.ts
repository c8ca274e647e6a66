// Where a verification gets what it checks: the node, or a test's forged answers. Nothing that comes from here is trusted.
import type { FetchTile } from "./tile";

export interface Source {
  node(): Promise<unknown>; // /api/v1/node
  member(id: string): Promise<unknown>; // /api/v1/members/{id}; null where there is none
  statement(id: string): Promise<unknown>; // /api/v1/statements/{id}
  statements(query: Record<string, string>): Promise<unknown>; // /api/v1/statements
  proof(id: string): Promise<string>; // /api/v1/statements/{id}/proof
  checkpoint(): Promise<string>; // /log/checkpoint
  tile: FetchTile; // /log/<path>
  members(query: Record<string, string>): Promise<unknown>; // /api/v1/members
  vote(id: string): Promise<unknown>; // /api/v1/votes/{id}
  logs(): Promise<unknown>; // /api/v1/logs
  checkpoints(log: string, after: number): Promise<unknown>; // /api/v1/logs/{log}/checkpoints
}
