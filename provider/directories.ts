import { homedir } from "node:os";
import { join } from "node:path";

const own = "pulumi-fcos-pxe";

/** What can be made again at any time (XDG Base Directory specification). */
export const cacheDirectory = () => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), own);

/** What lives as long as the resource that made it (XDG Base Directory specification). */
export const stateDirectory = () => join(process.env.XDG_STATE_HOME || join(homedir(), ".local", "state"), own);
