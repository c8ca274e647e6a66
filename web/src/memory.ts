// This browser's memory of the node.
import { kept } from "./kept";
import { Memory } from "./verify/memory";

export const memory = new Memory(kept);
