// What is said while one looks: the node's server-sent events.
import { useEffect, useRef } from "preact/hooks";
import type { Listed } from "./api/types";

// `heard` is called for each statement that comes; the browser connects again by itself, after the last one it has.
export function useEvents(heard: (item: Listed) => void): void {
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    const stream = new EventSource("/api/v1/events");
    stream.addEventListener("statement", (event) => {
      try {
        latest.current(JSON.parse((event as MessageEvent<string>).data) as Listed);
      } catch {
        // not what the node says: the next one may be
      }
    });
    return () => stream.close();
  }, []);
}
