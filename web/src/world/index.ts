// The world at 1 to 50 million (Natural Earth, as world-atlas has it): a file of its own, fetched where a map is shown.
import text from "world-atlas/countries-50m.json?raw";
import { worldOf, type World } from "./outline";
import { type Shape, shapesOf, type Topology } from "./topology";

export const shapes: readonly Shape[] = shapesOf(JSON.parse(text) as Topology); // in degrees
export const world: World = worldOf(shapes);
