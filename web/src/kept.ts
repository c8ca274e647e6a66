// What the page keeps in this browser, beyond the page where the browser lets it.
import type { Storage } from "./verify/memory";

function storage(): Storage {
  try {
    localStorage.getItem("comity.pin");
    return localStorage;
  } catch {
    const items = new Map<string, string>();
    return {
      getItem: (name) => items.get(name) ?? null,
      setItem: (name, value) => void items.set(name, value),
      removeItem: (name) => void items.delete(name),
    };
  }
}

export const kept = storage();
