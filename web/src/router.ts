// Rooms by the address's fragment: "#/log?type=governance.charter", "#/statements/<id>". So every address is the same file.
import { useEffect, useState } from "preact/hooks";

export interface Place {
  room: string; // "" is the overview
  id: string;
  query: URLSearchParams;
}

export function parsePlace(fragment: string): Place {
  const [path = "", query = ""] = fragment.replace(/^#?\/?/, "").split("?", 2);
  const [room = "", ...rest] = path.split("/");
  let id = rest.join("/");
  try {
    id = decodeURIComponent(id);
  } catch {
    // a broken escape stays as it stands: no such thing will be found
  }
  return { room, id, query: new URLSearchParams(query) };
}

export function address(room: string, id = "", query: Record<string, string> = {}): string {
  const set = Object.entries(query).filter(([, value]) => value !== "");
  const path = id ? `${room}/${encodeURIComponent(id)}` : room;
  return `#/${path}${set.length ? "?" + new URLSearchParams(set).toString() : ""}`;
}

export function go(to: string): void {
  location.hash = to;
}

export function usePlace(): Place {
  const [place, setPlace] = useState(() => parsePlace(location.hash));
  useEffect(() => {
    const moved = () => setPlace(parsePlace(location.hash));
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return place;
}
