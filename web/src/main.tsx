import { render } from "preact";
import { App, firstSpeech } from "./app";

const page = document.getElementById("page");
const first = await firstSpeech();
if (page) render(<App first={first} />, page);
