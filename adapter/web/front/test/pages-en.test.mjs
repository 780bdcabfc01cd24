// Every page in English.
import { look } from "./pages.mjs";

look("en-US");
