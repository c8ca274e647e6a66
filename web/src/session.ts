// Who is logged in at this node, for the whole page.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { getJson, post, remove, setCsrf } from "./api/client";
import type { SessionAnswer } from "./api/types";

export interface Session {
  account: string | null;
  logIn(account: string, password: string): Promise<void>;
  logOut(): Promise<void>;
}

export async function currentSession(): Promise<string | null> {
  const answer = await getJson<SessionAnswer>("/api/v1/session");
  setCsrf(answer.csrf);
  return answer.account;
}

export async function logIn(account: string, password: string): Promise<string | null> {
  const answer = await post<SessionAnswer>("/api/v1/session", { account, password });
  setCsrf(answer.csrf);
  return answer.account;
}

export async function logOut(): Promise<void> {
  await remove("/api/v1/session");
  setCsrf(undefined);
}

export const SessionContext = createContext<Session>(null as unknown as Session);
export const useSession = () => useContext(SessionContext);
